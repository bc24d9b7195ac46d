import { assertNever } from '../assert-never';
import { fill, languages, type Texts, textsOf } from '../i18n/index';
import type { Account } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { plainText, withoutQuotes } from '../plain-text';
import type {
  Approved,
  Authorized,
  ConnectionState,
  Denied,
  Expired,
  Failed,
  Notice,
  Requesting,
  ShowingCode,
  SignedIn,
} from '../sign-in/states';
import type { Action, Panel } from './action';
import { shownAddress } from './address';
import { clockText, nextSecondMs, secondsLeft } from './countdown';
import { greeting, initialOf, nameAmong } from './person';
import type {
  AddressPhrase,
  CodeDescription,
  Control,
  ScreenContent,
  ScreenDescription,
} from './screen-description';
import { codeGroups, spellCode } from './user-code';
import type { ViewModel } from './view-model';

export { type Direction, moveFocus } from './move-focus';

/**
 * Puts a model into words: all that is drawn, read out and mirrored in the DOM.
 * Pure; draws nothing.
 */
export function describe(model: ViewModel): ScreenDescription {
  const texts = textsOf(model.language);
  const content = contentOf(model, texts);
  const { controls, firstFocus, spokenNotice: _spoken, ...rest } = content;
  const focused =
    controls.find((control) => control.id === model.focusedControl) ??
    controls.find((control) => control.id === firstFocus) ??
    controls[0];
  const description: ScreenDescription = {
    steps: [],
    ...rest,
    body: (content.body ?? []).filter(isSeen),
    controls,
    language: model.language,
    appName: model.appName,
    spoken: spokenText(content, texts),
    dimmed: model.dimmed ?? false,
    shift: model.shift ?? { x: 0, y: 0 },
  };
  if (focused !== undefined) description.focused = focused.id;
  return description;
}

/** False for what a server left out, or filled with characters that draw nothing. */
const isSeen = (text: string | undefined): text is string => text !== undefined && text !== '';

/** The parts that there are, in one line. */
const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.filter(isSeen).join(' · ');

/** A server's text made safe to show; undefined when nothing of it can be seen. */
const serverText = (text: string | undefined, limit: number): string | undefined =>
  text === undefined ? undefined : plainText(text, limit) || undefined;

/**
 * Monotonic time at which the picture of this model next changes by itself, in ms; undefined when
 * only an event can change it.
 */
export function nextChangeMs(model: ViewModel): number | undefined {
  const { state, monotonicMs } = model;
  if (state.type === 'showingCode') return nextSecondMs(state.code.expiresAtMs, monotonicMs);
  return state.type === 'requesting' && state.waitsUntilMs !== undefined
    ? nextSecondMs(state.waitsUntilMs, monotonicMs)
    : undefined;
}

function contentOf(model: ViewModel, texts: Texts): ScreenContent {
  const faults = model.settingsFaults ?? [];
  const own = faults.length > 0 ? settingsFaultsContent(faults, texts) : stateContent(model, texts);
  switch (model.panel) {
    case null:
      return own;
    case 'help':
      return helpContent(own, texts);
    case 'confirm-sign-out':
      return model.state.type === 'signedIn'
        ? confirmSignOutContent(model, model.state, texts)
        : own;
    case 'confirm-wipe':
      return confirmWipeContent(model, own, texts);
    case 'confirm-exit':
      return {
        screen: own.screen,
        arrangement: 'message',
        title: fill(texts.confirmExit, { app: model.appName }),
        body: [texts.confirmExitBody],
        controls: [
          control('leave', texts.leave, { type: 'exitConfirmed' }),
          control('stay', texts.stay, { type: 'panelClosed' }),
        ],
        firstFocus: 'stay',
        footnote: model.supportLine,
      };
    case 'language':
      return {
        screen: own.screen,
        arrangement: 'message',
        title: texts.chooseLanguage,
        controls: languages.map((language) =>
          control(`language-${language}`, textsOf(language).languageName, {
            type: 'languageChosen',
            language,
          }),
        ),
        firstFocus: `language-${model.language}`,
      };
    case 'continued':
      return model.channel ?? own;
    default:
      return assertNever(model.panel);
  }
}

const control = (id: string, label: string, action: Action): Control => ({ id, label, action });

/** A control that opens a panel. */
const opener = (id: string, label: string, panel: Panel): Control =>
  control(id, label, { type: 'panelOpened', panel });

const signInControl = (id: string, label: string): Control =>
  control(id, label, { type: 'signInRequested' });

const cancelControl = (texts: Texts): Control =>
  control('cancel', texts.cancel, { type: 'cancelled' });

const backControl = (texts: Texts): Control => control('back', texts.back, { type: 'cancelled' });

function stateContent(model: ViewModel, texts: Texts): ScreenContent {
  const { state } = model;
  switch (state.type) {
    case 'starting':
      return {
        screen: 'requesting',
        arrangement: 'message',
        title: texts.starting,
        body: model.requestingLong ? [texts.startingLong] : [],
        controls: model.requestingLong ? [opener('leave', texts.leave, 'confirm-exit')] : [],
      };
    case 'signedOut':
      return signedOutContent(model, texts);
    case 'choosingAccount':
      return accountsContent(state.accounts, texts);
    case 'requesting':
      return requestingContent(model, state, texts);
    case 'showingCode':
      return codeContent(model, state, texts);
    case 'approved':
    case 'authorized':
    case 'expired':
    case 'denied':
      return outcomeContent(state, texts);
    case 'signedIn':
      return signedInContent(model, state, texts);
    case 'failed':
      return failedContent(model, state, texts);
    default:
      return assertNever(state);
  }
}

/** What became of a code, where that takes no more than a sentence. */
function outcomeContent(
  state: Approved | Authorized | Expired | Denied,
  texts: Texts,
): ScreenContent {
  switch (state.type) {
    case 'approved':
      return {
        screen: 'requesting',
        arrangement: 'profile',
        title: texts.approved,
        body: [texts.approvedBody],
        avatar: '✓',
        controls: [cancelControl(texts)],
      };
    case 'authorized':
      return {
        screen: 'authorized',
        arrangement: 'profile',
        title: texts.authorized,
        body: [texts.authorizedBody],
        avatar: '✓',
        controls: [control('done', texts.done, { type: 'cancelled' })],
      };
    case 'expired':
      return {
        screen: 'expired',
        arrangement: 'message',
        title: texts.expired,
        body: [
          state.problem === undefined
            ? texts.expiredBody
            : fill(texts.expiredTrouble, { problem: texts[state.problem.kind] }),
        ],
        footnote: shownCode(state.problem?.code),
        controls: [signInControl('new-code', texts.newCode), backControl(texts)],
      };
    case 'denied':
      return {
        screen: 'denied',
        arrangement: 'message',
        title: texts.denied,
        body: [texts.deniedBody],
        controls: [signInControl('try-again', texts.tryAgain), backControl(texts)],
      };
    default:
      return assertNever(state);
  }
}

/** Where something of a viewer may have stayed on the TV, or seems to have. */
const offersWipe: { readonly [Name in Notice]: boolean } = {
  cancelled: false,
  'signed-out': false,
  'signed-out-revoked': true,
  'signed-out-unsupported': true,
  'signed-out-untold': true,
  'signed-out-later': true,
  'signed-out-refused': true,
  wiping: false,
  'wiped-revoked': false,
  'wiped-untold': false,
  'wiped-nothing': false,
  'wiped-failed': true,
  'session-ended': true,
  'record-damaged': true,
  'record-newer': true,
  'storage-unreadable': true,
};

const wipeOpener = (texts: Texts): Control => opener('wipe', texts.wipe, 'confirm-wipe');

/** Asks before everything is removed; the focus is on the answer that removes nothing. */
function confirmWipeContent(model: ViewModel, own: ScreenContent, texts: Texts): ScreenContent {
  return {
    screen: own.screen,
    arrangement: 'message',
    title: texts.confirmWipe,
    body: [fill(texts.confirmWipeBody, { app: model.appName })],
    controls: [
      control('keep', texts.keepEverything, { type: 'panelClosed' }),
      control('confirm-wipe', texts.removeEverything, { type: 'wipeRequested' }),
    ],
    firstFocus: 'keep',
  };
}

function signedOutContent(model: ViewModel, texts: Texts): ScreenContent {
  const notice = model.state.type === 'signedOut' ? model.state.notice : undefined;
  const words: Readonly<Record<Notice, readonly [title: string, body: string]>> = {
    cancelled: [texts.welcome, texts.welcomeBody],
    'signed-out': [texts.signedOut, texts.signedOutBody],
    'session-ended': [texts.sessionEnded, texts.sessionEndedBody],
    'signed-out-revoked': [texts.signedOut, texts.signedOutRevoked],
    'signed-out-unsupported': [texts.signedOut, texts.signedOutUnsupported],
    'signed-out-untold': [texts.signedOut, texts.signedOutUntold],
    'signed-out-later': [texts.signedOut, texts.signedOutLater],
    'signed-out-refused': [texts.signedOut, texts.signedOutRefused],
    wiping: [texts.wiping, texts.wipingBody],
    'wiped-revoked': [texts.wiped, texts.wipedRevoked],
    'wiped-untold': [texts.wiped, texts.wipedUntold],
    'wiped-nothing': [texts.wiped, texts.wipedNothing],
    'wiped-failed': [texts.wipeFailed, texts.wipeFailedBody],
    'record-damaged': [texts.recordDamaged, texts.recordDamagedBody],
    'record-newer': [texts.recordDamaged, texts.recordNewerBody],
    'storage-unreadable': [texts['storage-unreadable'], texts['storage-unreadable.help']],
  };
  const [title, body] = words[notice ?? 'cancelled'];
  const unreadable = notice === 'storage-unreadable';
  const mayWipe = model.revocationWaits === true || (notice !== undefined && offersWipe[notice]);
  if (notice === 'wiping') {
    return { screen: 'signed-out', arrangement: 'welcome', title, body: [body], controls: [] };
  }
  return {
    screen: 'signed-out',
    arrangement: 'welcome',
    title,
    body: body.split('\n'),
    problem: unreadable ? 'storage-unreadable' : undefined,
    controls: [
      signInControl('sign-in', texts.signIn),
      ...(unreadable ? [control('try-again', texts.tryAgain, { type: 'restoreRequested' })] : []),
      opener('language', fill(texts.language, { name: texts.languageName }), 'language'),
      ...(mayWipe ? [wipeOpener(texts)] : []),
    ],
    notice: model.offline ? texts.offline : undefined,
  };
}

function accountsContent(accounts: readonly Account[], texts: Texts): ScreenContent {
  const cards = accounts.map((account, index): Control => {
    const card = { initial: initialOf(account) };
    const namesakes = accounts.filter((other) => other.name === account.name).length > 1;
    // A TV stands where guests see it: the address shows only where a name does not tell.
    const detail =
      serverText(account.name, 60) !== undefined && namesakes
        ? serverText(account.email, 60)
        : undefined;
    return {
      // The account's own id belongs to the server: automation gets a number instead.
      id: `account-${index + 1}`,
      label: nameAmong(accounts, account, texts),
      action: { type: 'accountChosen', accountId: account.id },
      card: { ...card, detail },
    };
  });
  return {
    screen: 'choosing-account',
    arrangement: 'accounts',
    title: texts.who,
    controls: [...cards, signInControl('add-person', texts.addPerson)],
  };
}

function requestingContent(model: ViewModel, state: Requesting, texts: Texts): ScreenContent {
  const content: ScreenContent = {
    screen: 'requesting',
    arrangement: 'code',
    title: texts.phoneTitle,
    controls: [cancelControl(texts)],
  };
  if (state.waitsUntilMs !== undefined) {
    const time = clockText(secondsLeft(state.waitsUntilMs, model.monotonicMs));
    const waiting = state.waitReason === 'many-requests' ? texts.manyRequests : texts.waiting;
    return { ...content, waiting: fill(waiting, { time }) };
  }
  if (!model.requestingLong) return content;
  const waiting =
    model.serverHost === undefined
      ? texts.asking
      : fill(texts.askingHost, { host: plainText(model.serverHost, 80) });
  return { ...content, waiting };
}

function addressPhrase(sentence: string, address: string): AddressPhrase {
  const [before = '', after = ''] = sentence.split('{address}');
  return { before, address, after };
}

function codeContent(model: ViewModel, state: ShowingCode, texts: Texts): ScreenContent {
  const { code } = state;
  const address = shownAddress(code.verificationUri);
  const seconds = secondsLeft(code.expiresAtMs, model.monotonicMs);
  const complete = code.verificationUriComplete;
  const shown: CodeDescription = {
    userCode: code.userCode,
    groups: codeGroups(code.userCode),
    verificationUri: code.verificationUri,
    address,
    qrText: complete ?? code.verificationUri,
    countdown: fill(texts.left, { time: clockText(seconds) }),
    fractionLeft: code.lifetimeMs > 0 ? Math.min(1, (seconds * 1000) / code.lifetimeMs) : 0,
  };
  if (complete === undefined) shown.qrCaption = texts.captionType;
  // What the server says of its trouble is worth more than what it said of the code.
  const failure = state.transientFailure;
  const said = failure && saidByServer(failure.problem, texts);
  const message = said ?? marked(code.message, texts, 240);
  if (message !== undefined) shown.message = message;
  return {
    screen: 'showing-code',
    arrangement: 'code',
    title: state.step === 2 ? texts.secondStep : texts.phoneTitle,
    steps: [
      { text: texts.stepScan, address: addressPhrase(texts.stepOpen, address.text) },
      { text: complete === undefined ? texts.stepType : texts.stepCheck, showsCode: true },
      { text: texts.stepApprove, detail: texts.ownTv },
    ],
    code: shown,
    controls: [cancelControl(texts), opener('help', texts.trouble, 'help')],
    ...codeNotice(model, state, texts),
  };
}

/** What does not work while a code shows, else what has worked. */
function codeNotice(
  model: ViewModel,
  { transientFailure: failure, step }: ShowingCode,
  texts: Texts,
): Pick<ScreenContent, 'notice' | 'spokenNotice'> {
  if (model.offline) return { notice: texts.offline };
  if (failure === undefined) return step === 2 ? { notice: texts.firstConfirmed } : {};
  const problem = texts[failure.problem.kind];
  const minutes = Math.floor((model.monotonicMs - failure.sinceMs) / 60_000);
  const retrying = fill(texts.retrying, { problem });
  return {
    notice: minutes < 1 ? retrying : fill(texts.retryingFor, { problem, minutes: String(minutes) }),
    // The minutes would have it said again and again.
    spokenNotice: retrying,
  };
}

/**
 * A server's sentence, marked as its own; undefined when there is none.
 *
 * @param limit of the whole in characters
 */
function marked(text: string | undefined, texts: Texts, limit: number): string | undefined {
  const mark = fill(texts.serviceSays, { sentence: '' });
  const sentence = serverText(text, limit - mark.length);
  return sentence && fill(texts.serviceSays, { sentence: withoutQuotes(sentence) });
}

/** What a server says about a problem, marked as its own; undefined when the words are this app's. */
const saidByServer = (
  { detail, status, isOwnDetail }: Problem,
  texts: Texts,
): string | undefined =>
  status === undefined || isOwnDetail ? undefined : marked(detail, texts, 180);

function helpContent(own: ScreenContent, texts: Texts): ScreenContent {
  if (own.code === undefined) return own;
  const { code } = own;
  return {
    ...own,
    arrangement: 'help',
    title: texts.helpTitle,
    steps: [
      { text: texts.helpOnline },
      { text: texts.helpTyped, address: { before: '', address: code.address.text, after: '' } },
      { text: texts.helpCode, showsCode: true },
      { text: texts.helpWait },
    ],
    controls: [control('close', texts.back, { type: 'panelClosed' }), cancelControl(texts)],
  };
}

/** Whether a session is refused by this TV, and not by the service. */
const isOfThisTv = ({ kind }: Problem): boolean =>
  kind === 'untrusted-address' || kind === 'key-lost';

function signedInContent(model: ViewModel, state: SignedIn, texts: Texts): ScreenContent {
  const { account, accounts, connection, keeping } = state;
  // Without a name the address stands in the title.
  const email = serverText(account.name, 60) && serverText(account.email, 60);
  const isRefused = connection.type === 'refused';
  const problem = isRefused ? connection.problem : undefined;
  const reason = problem && saidByServer(problem, texts);
  return {
    screen: 'signed-in',
    arrangement: 'profile',
    title: greeting(account, texts, 'hello'),
    body: [
      // What the service refuses does not last, whatever this TV keeps.
      keeping === 'kept' && !isRefused ? joined(email, texts.kept) : (email ?? ''),
      keeping === 'kept' ? '' : texts[keeping],
      problem && isOfThisTv(problem) ? helpText(model, problem, texts) : '',
      reason ?? '',
    ],
    smallLines: reason === undefined ? 0 : 1,
    avatar: initialOf(account),
    controls: [
      opener('continue', texts.continue, 'continued'),
      ...(isRefused ? [signInControl('sign-in-again', texts.signInAgain)] : []),
      opener('sign-out', texts.notYou, 'confirm-sign-out'),
      ...(isRefused ? [] : [signInControl('add-person', texts.addPerson)]),
      ...(accounts.length > 1
        ? [control('switch-person', texts.switchPerson, { type: 'chooseAccountRequested' })]
        : []),
    ],
    notice: connectionNotice(model, connection, texts),
  };
}

/** What the viewer should know of the service behind an open session. */
function connectionNotice(
  model: ViewModel,
  connection: ConnectionState,
  texts: Texts,
): string | undefined {
  switch (connection.type) {
    case 'online':
      return model.offline ? texts.offlineNow : undefined;
    case 'offline': {
      const { kind } = connection.problem;
      return kind === 'clock-wrong' || kind === 'network-sign-in' ? texts[kind] : texts.offlineNow;
    }
    case 'service-trouble':
      return connection.lastsADay
        ? fill(texts.troubleSince, { date: dateText(model, connection.sinceWallMs) })
        : texts.troubleNow;
    case 'refused': {
      const { problem, reference } = connection;
      return isOfThisTv(problem)
        ? joined(texts[problem.kind], fill(texts.reference, { reference }))
        : fill(texts.refusedNow, { reference });
    }
    case 'storage-unreadable':
      return texts['storage-unreadable'];
    default:
      return assertNever(connection);
  }
}

function confirmSignOutContent(model: ViewModel, state: SignedIn, texts: Texts): ScreenContent {
  const everyone = control('sign-out-all', texts.signOutAll, { type: 'signOutAllRequested' });
  return {
    screen: 'signed-in',
    arrangement: 'message',
    title: greeting(state.account, texts, 'confirmSignOut'),
    body: [texts.confirmSignOutBody, ...(model.staysListed === true ? [texts.stillListed] : [])],
    controls: [
      control('confirm-sign-out', texts.signOut, { type: 'signOutRequested' }),
      control('keep', texts.staySignedIn, { type: 'panelClosed' }),
      ...(state.accounts.length > 1 ? [everyone] : []),
      wipeOpener(texts),
    ],
    footnote: model.supportLine,
  };
}

const two = (value: number) => `${value < 10 ? '0' : ''}${value}`;

/** The day of a moment in words; English in the order that is not mistaken for another. */
const dateText = ({ language }: ViewModel, wallMs: number): string =>
  new Date(wallMs).toLocaleDateString(language === 'en' ? 'en-GB' : language, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });

/** What to do about a problem; some codes know better than their kind. */
function helpOf({ code, kind }: Problem, texts: Texts): string {
  switch (code) {
    case 'unsupported_token_type':
      return texts.tokenTypeUnknown;
    case 'mfa_required':
      return texts.needsMfa;
    case 'consent_required':
      return texts.needsConsent;
    case 'interaction_required':
    case 'login_required':
      return texts.needsLogin;
    case 'token_host_changed':
      return texts.hostChanged;
    default:
      return texts[`${kind}.help`];
  }
}

/** The same with its names filled in. */
const helpText = (model: ViewModel, problem: Problem, texts: Texts, wallMs = 0): string =>
  fill(helpOf(problem, texts), {
    app: model.appName,
    host: model.serverHost === undefined ? texts.theService : plainText(model.serverHost, 80),
    date: dateText(model, wallMs),
  });

/** The reason of a problem in more detail: for integrators, or in the server's own words. */
function detailOf(problem: Problem, texts: Texts): string | undefined {
  const { kind, code, detail, isOwnDetail } = problem;
  const said = saidByServer(problem, texts);
  const own = said === undefined ? serverText(detail, 240) : undefined;
  switch (kind) {
    case 'misconfigured':
    case 'untrusted-address':
    case 'browser-calls-refused':
    case 'not-sendable':
      return said ?? own;
    case 'refused': {
      const named = helpOf(problem, texts) !== texts['refused.help'];
      return named ? said : (said ?? own ?? saidByServer({ ...problem, detail: code }, texts));
    }
    case 'server-error':
    case 'server-busy':
    case 'not-completed':
      return isOwnDetail ? own : said;
    case 'offline':
    case 'server-unreachable':
    case 'time-out':
    case 'clock-wrong':
    case 'network-sign-in':
    case 'storage-unreadable':
    case 'key-lost':
      return undefined;
    default:
      return assertNever(kind);
  }
}

/** An error code beside the reference; undefined for what servers put in a code's place. */
const shownCode = (code: string | undefined): string | undefined =>
  code !== undefined && /^[\w.:-]+$/.test(code) ? serverText(code, 40) : undefined;

function failedContent(model: ViewModel, state: Failed, texts: Texts): ScreenContent {
  const { problem } = state;
  const tried = new Date(state.lastTriedAtWallMs);
  const time = `${two(tried.getHours())}:${two(tried.getMinutes())}`;
  const help = helpText(model, problem, texts, state.lastTriedAtWallMs);
  const detail = detailOf(problem, texts);
  return {
    screen: 'failed',
    arrangement: 'message',
    problem: problem.kind,
    title: texts[problem.kind],
    body: [help, detail ?? ''],
    smallLines: detail === undefined ? 0 : 1,
    footnote: joined(
      fill(texts.reference, { reference: state.reference }),
      shownCode(problem.code),
      state.tries > 1
        ? fill(texts.triedTimes, { tries: String(state.tries), time })
        : fill(texts.lastTried, { time }),
    ),
    controls: [signInControl('try-again', texts.tryAgain), backControl(texts)],
  };
}

/** Faults shown in full; the rest is counted. */
const faultLimit = 4;

function settingsFaultsContent(
  faults: NonNullable<ViewModel['settingsFaults']>,
  texts: Texts,
): ScreenContent {
  const more = faults.length - faultLimit;
  return {
    screen: 'failed',
    arrangement: 'message',
    problem: 'misconfigured',
    title: texts.faults,
    body: faults
      .slice(0, faultLimit)
      .map((fault) => plainText(fault.sentence, 200))
      .concat(more > 0 ? [fill(texts.more, { count: String(more) })] : []),
    footnote: 'settings.json',
    controls: [control('leave', texts.leave, { type: 'exitConfirmed' })],
  };
}

function spokenText(content: ScreenContent, texts: Texts): string {
  const { code } = content;
  const sentences = [content.title, ...(content.body ?? [])];
  const notice = content.spokenNotice ?? content.notice;
  if (notice !== undefined) sentences.push(notice);
  if (code !== undefined) {
    sentences.push(
      fill(texts.addressSpoken, { address: code.address.text }),
      fill(texts.codeSpoken, { code: spellCode(code.userCode, texts) }),
    );
  }
  // Seconds would be said again and again: a wait is announced once, in the title.
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ');
}
