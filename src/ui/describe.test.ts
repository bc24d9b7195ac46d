import { expect, describe as group, it } from 'vitest';
import { languages } from '../i18n/index';
import type { Problem } from '../oauth/problem';
import type { ConnectionState, Notice } from '../sign-in/states';
import type { Panel } from './action';
import { describe, moveFocus, nextChangeMs } from './describe';
import {
  ada,
  everyState,
  failed,
  grace,
  modelOf,
  panels,
  problemKinds,
  showingCode,
  signedIn,
  stateShowing,
} from './testing/models';
import type { ViewModel } from './view-model';

const idsOf = (model: ViewModel) => describe(model).controls.map((control) => control.id);

group('every screen', () => {
  it('a screen has the name that automation relies on', () => {
    expect(everyState.map((state) => describe(modelOf(state)).screen)).toEqual([
      'requesting',
      'signed-out',
      'choosing-account',
      'requesting',
      'showing-code',
      'requesting',
      'authorized',
      'signed-in',
      'expired',
      'denied',
      'failed',
    ]);
  });

  it.each(Object.entries(stateShowing))('the screen %s is shown by a state', (screen, state) => {
    expect(describe(modelOf(state)).screen).toBe(screen);
  });

  it('a screen offers its buttons, the likeliest first', () => {
    expect(everyState.map((state) => idsOf(modelOf(state)))).toEqual([
      [],
      ['sign-in', 'language'],
      ['account-1', 'account-2', 'add-person'],
      ['cancel'],
      ['cancel', 'help'],
      ['cancel'],
      ['done'],
      ['continue', 'sign-out', 'add-person'],
      ['new-code', 'back'],
      ['try-again', 'back'],
      ['try-again', 'back'],
    ]);
  });

  it('a screen has exactly one focus, on the first control unless the viewer moved', () => {
    const model = modelOf(showingCode());
    expect(describe(model).focused).toBe('cancel');
    expect(describe({ ...model, focusedControl: 'help' }).focused).toBe('help');
    expect(describe({ ...model, focusedControl: 'gone' }).focused).toBe('cancel');
  });

  it('shows the state of the session to support before a sign-out and before leaving, and nowhere else', () => {
    const supportLine = 'storage working · sealed';
    const footnoteOf = (panel: Panel | null) =>
      describe(modelOf(signedIn(), { panel, supportLine })).footnote;
    expect(footnoteOf('confirm-sign-out')).toBe(supportLine);
    expect(footnoteOf('confirm-exit')).toBe(supportLine);
    expect(footnoteOf(null)).toBeUndefined();
  });

  it('leaves no placeholder unfilled in any language and panel', () => {
    const states = [...everyState, ...problemKinds.map((kind) => failed(kind))];
    for (const language of languages) {
      for (const panel of [null, ...panels]) {
        for (const state of states) {
          const words = JSON.stringify(
            describe(modelOf(state, { language, panel, requestingLong: true })),
          );
          expect(words).not.toMatch(/\{\w+\}|undefined|NaN/);
        }
      }
    }
  });
});

group('the code', () => {
  it('a user code is shown and mirrored exactly as the server sent it', () => {
    const { code } = describe(modelOf(showingCode({ userCode: 'ab-12 ÄX' })));
    expect(code?.userCode).toBe('ab-12 ÄX');
    expect(code?.groups.join('')).toBe('ab-12 ÄX');
  });

  it('the code screen warns in every language to approve only what was started on this TV', () => {
    const warnings = languages.map((language) => {
      const { steps } = describe(modelOf(showingCode(), { language }));
      return steps?.at(-1)?.detail ?? '';
    });
    expect(new Set(warnings).size).toBe(languages.length);
    expect(warnings[languages.indexOf('en')]).toBe('Only continue if you started this on this TV.');
  });

  it('a user code is spelled in the spoken text', () => {
    expect(describe(modelOf(showingCode())).spoken).toContain('P K Q W dash R N S J');
  });

  it('puts the complete address into the QR picture, and never makes one up', () => {
    expect(describe(modelOf(showingCode())).code).toMatchObject({
      qrText: 'https://id.example.com/device?user_code=PKQW-RNSJ',
    });
    const state = showingCode();
    const { verificationUriComplete: _complete, ...code } = state.code;
    const description = describe(modelOf({ ...state, code }));
    expect(description.code).toMatchObject({
      qrText: 'https://id.example.com/device',
      qrCaption: 'Scan, then type the code',
    });
    expect(description.steps[1]?.text).toBe('Type this code');
  });

  it('the code screen counts down in whole seconds and says when the picture changes next', () => {
    const model = modelOf(showingCode(), { monotonicMs: 18_400 });
    expect(describe(model).code?.countdown).toBe('9:42 left');
    expect(nextChangeMs(model)).toBe(19_000);
    expect(describe({ ...model, monotonicMs: 19_000 }).code?.countdown).toBe('9:41 left');
    expect(nextChangeMs(modelOf({ type: 'signedOut' }))).toBeUndefined();
  });

  it('the code screen keeps its spoken text while the seconds go by', () => {
    const state = showingCode();
    expect(describe(modelOf(state, { monotonicMs: 30_000 })).spoken).toBe(
      describe(modelOf(state)).spoken,
    );
  });

  it.each([
    [{ kind: 'time-out', code: 'timed_out' }, 'The sign-in service takes too long'],
    [{ kind: 'server-unreachable', code: 'unreachable' }, 'We can’t reach the sign-in service'],
    [{ kind: 'server-error', code: 'http_502' }, 'The sign-in service has a problem'],
    [{ kind: 'server-busy', code: 'http_429' }, 'The sign-in service is busy'],
    [{ kind: 'refused', code: 'policy' }, 'The sign-in service refused'],
  ] as const)('names what polls meet, and since when: $0.kind', (problem, named) => {
    const noticeAt = (minutes: number) => {
      const transientFailure = { problem, sinceMs: 1000, count: 3 };
      const monotonicMs = 1000 + minutes * 60_000;
      return describe(modelOf({ ...showingCode(), transientFailure }, { monotonicMs })).notice;
    };
    expect(noticeAt(0.9)).toBe(`${named}, trying again`);
    expect(noticeAt(2.5)).toBe(`${named} for 2 min, trying again`);
  });

  it('keeps its announcement while the minutes of a failure go by', () => {
    const problem = { kind: 'server-error', code: 'http_502' } as const;
    const state = { ...showingCode(), transientFailure: { problem, sinceMs: 0, count: 3 } };
    const spokenAt = (monotonicMs: number) => describe(modelOf(state, { monotonicMs })).spoken;
    expect(spokenAt(300_000)).toBe(spokenAt(60_000));
    expect(spokenAt(300_000)).toContain('The sign-in service has a problem');
  });

  it('shows the sentence of a server in trouble in place of what it said of the code', () => {
    const problem = {
      kind: 'server-error',
      code: 'server_error',
      status: 400,
      detail: 'Database is down',
    } as const;
    const state = {
      ...showingCode({ message: 'Open the page' }),
      transientFailure: { problem, sinceMs: 0, count: 1 },
    };
    expect(describe(modelOf(state)).code?.message).toBe('The service says: “Database is down”');
  });

  it('says of a second code that it is one, and that the first is confirmed', () => {
    const second = describe(modelOf({ ...showingCode(), step: 2 }));
    expect(second.title).toBe('Step 2 of 2: authorize the Microsoft account');
    expect(second.notice).toBe('The first code is confirmed');
    expect(second.spoken).toContain('The first code is confirmed');
  });

  it('shows the server’s own words as one plain line, marked as such', () => {
    const message = 'Open <b>the page</b>\n\u202eand type';
    expect(describe(modelOf(showingCode({ message }))).code?.message).toBe(
      'The service says: “Open <b>the page</b> and type”',
    );
  });

  it('the description of a screen never carries a device code', () => {
    const secret = { ...showingCode(), code: { ...showingCode().code, deviceCode: 'SECRET' } };
    expect(JSON.stringify(describe(modelOf(secret)))).not.toContain('SECRET');
  });
});

group('signed out', () => {
  it.each<[Notice, string]>([
    ['signed-out-revoked', 'the service has ended the session'],
    ['signed-out-unsupported', 'offers no way to end the session'],
    ['signed-out-untold', 'could not be reached: there the session may go on'],
    ['signed-out-later', 'will be ended there when this TV is online again'],
    ['signed-out-refused', 'refused to end the session'],
  ])('says what the service answered to a sign-out: %s', (notice, sentence) => {
    const shown = describe(modelOf({ type: 'signedOut', notice }));
    expect(shown.title).toBe('You’re signed out');
    expect(shown.body.join(' ')).toContain(sentence);
  });

  it.each<Notice>(['signed-out-later', 'signed-out-revoked', 'record-damaged', 'wiped-failed'])(
    'offers to remove everything beside the notice %s',
    (notice) => {
      const { controls } = describe(modelOf({ type: 'signedOut', notice }));
      expect(controls[0]?.id).toBe('sign-in');
      expect(controls[controls.length - 1]?.label).toBe('Remove everything from this TV');
    },
  );

  it('offers to remove everything on the first screen while the service has not heard of a sign-out', () => {
    const state = { type: 'signedOut' } as const;
    expect(idsOf(modelOf(state))).not.toContain('wipe');
    expect(idsOf(modelOf(state, { revocationWaits: true }))).toContain('wipe');
  });

  it('asks before everything is removed, with the focus on the answer that removes nothing', () => {
    const panel = 'confirm-wipe';
    const shown = describe(modelOf({ type: 'signedOut' }, { panel }));
    expect(shown.title).toBe('Remove everything from this TV?');
    expect(shown.focused).toBe('keep');
    expect(shown.controls.map(({ action }) => action.type)).toEqual([
      'panelClosed',
      'wipeRequested',
    ]);
  });

  it.each<[Notice, string]>([
    ['wiped-revoked', 'the service has ended every session'],
    ['wiped-untold', 'Not every session could be ended at the service'],
    ['wiped-nothing', 'Nobody was signed in'],
    ['wiped-failed', 'did not let itself be emptied'],
  ])('says what was and was not removed and ended: %s', (notice, sentence) => {
    const shown = describe(modelOf({ type: 'signedOut', notice }));
    expect(shown.body.join(' ')).toContain(sentence);
  });

  it('offers nothing while everything is being removed', () => {
    const shown = describe(modelOf({ type: 'signedOut', notice: 'wiping' }));
    expect(shown).toMatchObject({ title: 'Removing everything…', controls: [] });
  });

  it('does not claim, before the service has answered, that a session is over', () => {
    const shown = describe(modelOf({ type: 'signedOut', notice: 'signed-out' }));
    expect(shown.body.join(' ')).toBe(
      'This TV has forgotten your account. Ending the session at the service…',
    );
  });

  it('offers to read the memory once more where that failed', () => {
    const shown = describe(modelOf({ type: 'signedOut', notice: 'storage-unreadable' }));
    expect(shown).toMatchObject({
      screen: 'signed-out',
      problem: 'storage-unreadable',
      title: 'This TV’s memory could not be read',
      focused: 'sign-in',
    });
    expect(shown.controls.map(({ id }) => id)).toEqual([
      'sign-in',
      'try-again',
      'language',
      'wipe',
    ]);
    expect(shown.controls[1]?.action).toEqual({ type: 'restoreRequested' });
  });
});

group('signed in', () => {
  it('says whose account it is and whether it stays', () => {
    expect(describe(modelOf(signedIn()))).toMatchObject({
      title: 'Hello, Ada',
      body: ['ada@example.com · this TV stays signed in'],
      avatar: 'A',
    });
    expect(describe(modelOf(signedIn({ keeping: 'storage-failed' }))).body[1]).toContain(
      'cannot keep',
    );
  });

  it('says that the server gave nothing to keep, not that the TV cannot keep it', () => {
    const [, sentence] = describe(modelOf(signedIn({ keeping: 'not-given' }))).body;
    expect(sentence).toContain('sign-in service gave this TV no lasting access');
  });

  const problem = { kind: 'server-error', code: 'http_500' } as const;
  const sinceWallMs = new Date(2026, 2, 14, 12).getTime();

  it.each<[ConnectionState, string]>([
    [{ type: 'offline', problem: { kind: 'offline', code: 'offline' } }, 'No connection'],
    [{ type: 'offline', problem: { kind: 'clock-wrong', code: 'clock_wrong' } }, 'clock'],
    [{ type: 'offline', problem: { kind: 'network-sign-in', code: 'portal' } }, 'network asks'],
    [
      { type: 'service-trouble', problem, sinceWallMs, lastsADay: false },
      'The sign-in service has a problem at the moment',
    ],
    [
      { type: 'service-trouble', problem, sinceWallMs, lastsADay: true },
      'The sign-in service has had a problem since 14 March 2026',
    ],
    [{ type: 'storage-unreadable' }, 'This TV’s memory could not be read'],
  ])('names what does not work at the moment: %j', (connection, sentence) => {
    const shown = describe(modelOf(signedIn({ connection })));
    expect(shown.notice).toContain(sentence);
    expect(shown.body[0]).toContain('this TV stays signed in');
    expect(idsOf(modelOf(signedIn({ connection })))).not.toContain('sign-in-again');
  });

  it('names a refusal with its reference and offers to sign in again, in every language', () => {
    const detail = 'Your plan has ended.';
    const connection = {
      type: 'refused',
      problem: { kind: 'refused', code: 'access_denied', status: 403, detail },
      reference: 'RF-4F2K',
    } as const;
    for (const language of languages) {
      const shown = describe(modelOf(signedIn({ connection }), { language, offline: true }));
      expect(shown.notice).toContain('RF-4F2K');
      expect(shown.body[1]).toContain(detail);
      expect(shown.body[1]).not.toBe(detail);
      expect(shown.body[0]).toBe(ada.email);
      expect(shown.controls[1]).toMatchObject({
        id: 'sign-in-again',
        action: { type: 'signInRequested' },
      });
      expect(shown.focused).toBe('continue');
    }
  });

  it('offers to switch and to sign out everyone when several people are kept', () => {
    const state = signedIn({ accounts: [ada, grace] });
    expect(idsOf(modelOf(state))).toContain('switch-person');
    expect(idsOf(modelOf(state, { panel: 'confirm-sign-out' }))).toEqual([
      'confirm-sign-out',
      'keep',
      'sign-out-all',
      'wipe',
    ]);
  });

  it('has no gap in sentences about accounts without a name, in any language', () => {
    const [first, second] = [
      { id: 'viewer', name: '' },
      { id: 'viewer-2', name: '' },
    ] as const;
    for (const language of languages) {
      const hello = describe(modelOf(signedIn({ account: first }), { language }));
      const panel = 'confirm-sign-out';
      const question = describe(modelOf(signedIn({ account: first }), { language, panel }));
      const choosing = describe(
        modelOf({ type: 'choosingAccount', accounts: [ada, first, second] }, { language }),
      );
      const labels = choosing.controls.map(({ label }) => label);
      for (const text of [hello.title, question.title, ...labels]) {
        expect(text).toMatch(/\p{L}{2}/u);
        expect(text).not.toMatch(/[,{} ]$|, ?[?!]/);
      }
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it('calls an account without a name by its email address', () => {
    const account = { id: 'x', name: '', email: 'x@example.com' };
    expect(describe(modelOf(signedIn({ account })))).toMatchObject({
      title: 'Hello, x@example.com',
      body: ['this TV stays signed in'],
    });
  });

  it('says before a sign-out when the service keeps a session of its own', () => {
    const body = (staysListed: boolean) =>
      describe(modelOf(signedIn(), { panel: 'confirm-sign-out', staysListed })).body.join(' ');
    expect(body(true)).toContain('may go on listing this TV');
    expect(body(false)).not.toContain('listing');
  });

  it('never puts an account id of the server on the screen', () => {
    const description = describe(modelOf({ type: 'choosingAccount', accounts: [ada, grace] }));
    expect(description.controls.map((control) => control.id).join()).not.toContain('subject');
  });

  it('shows email addresses on the cards of accounts with the same name, and on no other', () => {
    const other = { ...ada, id: 'subject-3', email: 'ada@example.org' };
    const cards = (accounts: (typeof ada)[]) =>
      describe(modelOf({ type: 'choosingAccount', accounts })).controls.map(
        (control) => control.card?.detail,
      );
    expect(cards([ada, grace])).toEqual([undefined, undefined, undefined]);
    expect(cards([ada, other])).toEqual(['ada@example.com', 'ada@example.org', undefined]);
  });
});

group('failures', () => {
  it('problems name their kind, what happened and what to do', () => {
    for (const kind of problemKinds) {
      const description = describe(modelOf(failed(kind), { serverHost: 'id.example.com' }));
      expect(description.problem).toBe(kind);
      expect(description.title).not.toBe('');
      expect(description.body[0]?.length).toBeGreaterThan(20);
      expect(description.footnote).toBe(
        'Reference SU-4F2K · a_code · tried 3 times, last at 14:07',
      );
    }
  });

  it("a failure names the server and the TV's date where these may be the cause", () => {
    const model = modelOf(failed('server-unreachable'), { serverHost: 'id.example.com' });
    expect(describe(model).body[0]).toMatch(/^id\.example\.com does not .* 14 March 2019\.$/);
    expect(describe({ ...model, language: 'de' }).body[0]).toContain('14. März 2019');
  });

  it('faults of the settings are listed on a screen', () => {
    const settingsFaults = [{ key: 'a', sentence: 'a is not a setting. Did you mean b?' }];
    const description = describe(modelOf({ type: 'starting' }, { settingsFaults }));
    expect(description).toMatchObject({ screen: 'failed', problem: 'misconfigured' });
    expect(description.body).toEqual(['a is not a setting. Did you mean b?']);
    const panel = 'confirm-exit';
    expect(describe(modelOf({ type: 'starting' }, { settingsFaults, panel })).focused).toBe('stay');
  });
});

group('panels', () => {
  it('the exit panel asks before leaving, with the focus on Stay', () => {
    const description = describe(modelOf({ type: 'signedOut' }, { panel: 'confirm-exit' }));
    expect(description).toMatchObject({ title: 'Leave Your Channel?', focused: 'stay' });
  });

  it('the code stays on the screen while help is open', () => {
    const description = describe(modelOf(showingCode(), { panel: 'help' }));
    expect(description).toMatchObject({ screen: 'showing-code', focused: 'close' });
    expect(description.code?.userCode).toBe('PKQW-RNSJ');
  });

  it('the language panel offers every language by its own name', () => {
    const description = describe(
      modelOf({ type: 'signedOut' }, { panel: 'language', language: 'fr' }),
    );
    const labels = description.controls.map((control) => control.label);
    expect(labels).toHaveLength(languages.length);
    expect(labels.slice(0, 4)).toEqual(['English', 'Deutsch', 'Español', 'Français']);
    expect(description.focused).toBe('language-fr');
  });
});

group('moving the focus', () => {
  it('an arrow moves the focus along a row and stops at its ends', () => {
    const model = modelOf(signedIn());
    const at = (focusedControl: string) => describe({ ...model, focusedControl });
    expect(moveFocus(at('continue'), 'right')).toBe('sign-out');
    expect(moveFocus(at('continue'), 'left')).toBeUndefined();
    expect(moveFocus(at('add-person'), 'right')).toBeUndefined();
    expect(moveFocus(at('continue'), 'down')).toBeUndefined();
    expect(moveFocus(at('continue'), 'up')).toBeUndefined();
  });

  it('an arrow moves the focus between the cards and the buttons below', () => {
    const model = modelOf({ type: 'choosingAccount', accounts: [ada, grace] });
    const at = (focusedControl: string) => describe({ ...model, focusedControl });
    expect(moveFocus(at('account-2'), 'down')).toBe('add-person');
    expect(moveFocus(at('add-person'), 'up')).toBe('account-1');
    expect(moveFocus(at('account-1'), 'right')).toBe('account-2');
    expect(moveFocus(at('account-1'), 'up')).toBeUndefined();
  });
});

group('the sentences of a failure', () => {
  const bodyOf = (problem: Problem) =>
    describe(modelOf({ ...failed(problem.kind), problem }, { serverHost: 'id.example' })).body;

  const lie = 'YOUR TV IS LOCKED” Call 0800 123456 now';

  it.each<[Problem['kind'], string]>([
    ['refused', 'access_denied'],
    ['misconfigured', 'invalid_client'],
    ['misconfigured', 'redirected'],
    ['browser-calls-refused', 'cors_refused'],
    ['server-error', 'server_error'],
    ['server-busy', 'slow_down'],
    ['not-completed', 'unsupported_token_type'],
  ])('a server’s sentence is small, short and marked as the server’s: %s %s', (kind, code) => {
    const problem = { kind, code, status: 400, detail: lie.padEnd(5000, ' now') };
    const { body, smallLines } = describe(modelOf({ ...failed(kind), problem }));
    const said = body.filter((line) => line.includes('LOCKED'));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^The service says: “YOUR TV IS LOCKED' Call 0800 123456 [^”]*…”$/);
    expect(said[0]?.length).toBeLessThanOrEqual(180);
    expect(smallLines).toBe(1);
    expect(body[body.length - 1]).toBe(said[0]);
  });

  it('a code that is a sentence is not shown beside the reference', () => {
    const problem = { kind: 'server-error' as const, code: 'your tv is locked', status: 500 };
    expect(describe(modelOf({ ...failed('server-error'), problem })).footnote).toBe(
      'Reference SU-4F2K · tried 3 times, last at 14:07',
    );
  });

  it('a session that does not follow its server to another host says so, and how to go on', () => {
    const problem = {
      kind: 'untrusted-address' as const,
      code: 'token_host_changed',
      detail: 'The server’s metadata names b.example in place of a.example.',
    };
    const connection = { type: 'refused' as const, problem, reference: 'UA-4F2K' };
    const picture = describe(modelOf(signedIn({ connection })));
    expect(picture.notice).toBe(
      'The sign-in service points to another address · Reference UA-4F2K',
    );
    expect(picture.body).toContain(
      'The service now uses another address. To be safe, your sign-in was not sent there. Sign in again to go on.',
    );
    expect(picture.controls.map(({ id }) => id)).toContain('sign-in-again');
  });

  it.each<[string, Problem, readonly string[]]>([
    [
      'a refusal in the server\u2019s own words',
      { kind: 'refused', code: 'access_denied', status: 403, detail: 'Policy evaluation failed' },
      [
        'id.example gave the reason below. You can try again, or tell Your Channel the reference.',
        'The service says: “Policy evaluation failed”',
      ],
    ],
    [
      'a refusal without a sentence by its code',
      { kind: 'refused', code: 'invalid_client_metadata', status: 400 },
      [
        'id.example gave the reason below. You can try again, or tell Your Channel the reference.',
        'The service says: “invalid_client_metadata”',
      ],
    ],
    [
      'a server in trouble in its own words',
      { kind: 'server-error', code: 'server_error', status: 500, detail: 'Out of disk' },
      [
        'The fault is not yours or this TV’s. Please try again in a few minutes.',
        'The service says: “Out of disk”',
      ],
    ],
    [
      'a token type that is not known',
      {
        kind: 'not-completed',
        code: 'unsupported_token_type',
        status: 200,
        detail: 'token_type: BearerToken',
        isOwnDetail: true,
      },
      [
        'You approved it, but id.example answered with a kind of token that this app does not know. Please tell Your Channel the reference below.',
        'token_type: BearerToken',
      ],
    ],
    [
      'a second factor',
      { kind: 'refused', code: 'mfa_required', status: 400 },
      [
        'id.example wants a second proof of who you are (multi-factor). Set it up or confirm it on your phone, then try again.',
      ],
    ],
    [
      'a scope to be changed',
      {
        kind: 'misconfigured',
        code: 'invalid_scope',
        status: 400,
        detail: 'Change appSettings.signIn.scope: the server refuses it.',
        isOwnDetail: true,
      },
      [
        'The sign-in service did not accept the app itself. Please tell Your Channel the reference below.',
        'Change appSettings.signIn.scope: the server refuses it.',
      ],
    ],
  ])('a failure names %s', (_what, problem, body) => {
    expect(bodyOf(problem)).toEqual(body);
  });

  it('the viewer is not blamed when a code expired while the server had a problem', () => {
    const problem: Problem = { kind: 'server-unreachable', code: 'unreachable' };
    const expired = describe(
      modelOf({ type: 'expired', returnTo: { type: 'signedOut' }, problem }),
    );
    expect(expired.body).toEqual([
      'We can’t reach the sign-in service. If you approved on your phone, this TV did not hear of it: please get a new code.',
    ]);
    expect(expired.footnote).toBe('unreachable');
  });

  it('a wait of our own is shown differently from one that the server asked for', () => {
    const waiting = (waitReason: 'server-busy' | 'many-requests') =>
      describe(
        modelOf({
          type: 'requesting',
          returnTo: { type: 'signedOut' },
          tries: 1,
          waitsUntilMs: 48_000,
          waitReason,
        }),
      ).waiting;
    expect(waiting('server-busy')).toBe('The sign-in service is busy. Asking again in 0:30.');
    expect(waiting('many-requests')).toBe(
      'That was many codes in a short time. The next one comes in 0:30.',
    );
  });
});
