/**
 * Every sentence of the app. `{…}` is filled in with `fill`. Keys with a problem's kind hold what
 * happened, the same key with `.help` what to do about it.
 */
export const en = {
  languageName: 'English',
  language: 'Language: {name}',
  chooseLanguage: 'Choose your language',

  signIn: 'Sign in',
  cancel: 'Cancel',
  back: 'Back',
  tryAgain: 'Try again',
  newCode: 'Get a new code',
  trouble: 'Trouble signing in?',
  continue: 'Continue',
  notYou: 'Not you? Sign out',
  addPerson: 'Add another person',
  switchPerson: 'Switch person',
  signOut: 'Sign out',
  signOutAll: 'Sign out everyone',
  staySignedIn: 'Keep me signed in',
  leave: 'Leave',
  stay: 'Stay',

  welcome: 'Welcome',
  welcomeBody:
    'Sign in once with your phone, and this TV remembers you.\nNo typing with the remote.',
  signedOut: 'You’re signed out',
  signedOutBody: 'This TV has forgotten your account. Ending the session at the service…',
  signedOutRevoked: 'This TV has forgotten your account, and the service has ended the session.',
  signedOutUnsupported:
    'This TV has forgotten your account. The service offers no way to end the session from here: there it may go on until it ends by itself.',
  signedOutUntold:
    'This TV has forgotten your account. The service could not be reached: there the session may go on until it ends by itself.',
  signedOutLater:
    'This TV has forgotten your account. The service could not be reached: the session will be ended there when this TV is online again.',
  signedOutRefused:
    'This TV has forgotten your account. The service refused to end the session: there it may go on until it ends by itself.',
  wipe: 'Remove everything from this TV',
  confirmWipe: 'Remove everything from this TV?',
  confirmWipeBody:
    'All accounts and settings that {app} keeps here are deleted, for everyone. Sessions are ended at the service, if it can be reached now.',
  removeEverything: 'Remove everything',
  keepEverything: 'Keep everything',
  wiping: 'Removing everything…',
  wipingBody: 'This takes a few seconds.',
  wiped: 'Everything is removed',
  wipedRevoked:
    'This TV has no accounts and settings of this app any more, and the service has ended every session.',
  wipedUntold:
    'This TV has no accounts and settings of this app any more. Not every session could be ended at the service: there it may go on until it ends by itself. You can remove this TV there.',
  wipedNothing: 'This TV has no accounts and settings of this app any more. Nobody was signed in.',
  wipeFailed: 'Not everything could be removed',
  wipeFailedBody:
    'This TV’s memory did not let itself be emptied. Please try again, or reset the app in the TV’s settings.',
  sessionEnded: 'Please sign in again',
  sessionEndedBody:
    'Your sign-in on this TV has come to an end. Signing in again takes less than a minute.',
  recordDamaged: 'Please sign in once more',
  recordDamagedBody: 'This TV could not read what it had kept of your sign-in.',
  recordNewerBody:
    'A newer version of this app kept your sign-in, and this one cannot read it. It stays where it is until the app is updated.',

  starting: 'One moment…',
  startingLong: 'Opening your account…',
  phoneTitle: 'Sign in with your phone',
  secondStep: 'Step 2 of 2: authorize the Microsoft account',
  firstConfirmed: 'The first code is confirmed',
  asking: 'Asking for a code…',
  askingHost: 'Asking {host} for a code…',
  waiting: 'The sign-in service is busy. Asking again in {time}.',
  manyRequests: 'That was many codes in a short time. The next one comes in {time}.',
  approved: 'Approved',
  approvedBody: 'Signing you in. This takes only a moment.',

  stepScan: 'Scan the picture with your phone’s camera',
  stepOpen: 'or open {address}',
  stepCheck: 'Check that your phone shows this code',
  stepType: 'Type this code',
  stepApprove: 'Approve. This screen continues by itself.',
  captionType: 'Scan, then type the code',
  left: '{time} left',
  retrying: '{problem}, trying again',
  retryingFor: '{problem} for {minutes} min, trying again',
  ownTv: 'Only continue if you started this on this TV.',

  helpTitle: 'Trouble signing in?',
  helpOnline: 'Check that your phone is online. It may use another network than this TV.',
  helpTyped: 'Cannot scan? Type this into your phone’s browser:',
  helpCode: 'Then type this code exactly as it stands here.',
  helpWait: 'After approving, give this screen a few seconds.',

  hello: 'Hello, {name}',
  helloNameless: 'Hello',
  kept: 'this TV stays signed in',
  'storage-failed': 'This TV cannot keep your sign-in: it lasts until the app is closed.',
  'not-given':
    'The sign-in service gave this TV no lasting access: it ends when the app is closed.',
  offlineNow: 'No connection at the moment',
  troubleNow: 'The sign-in service has a problem at the moment',
  troubleSince: 'The sign-in service has had a problem since {date}',
  refusedNow: 'The sign-in service refuses this TV · Reference {reference}',
  signInAgain: 'Sign in again',
  who: 'Who’s watching?',
  nameless: 'Viewer {number}',
  begin: 'You’re in, {name}',
  beginNameless: 'You’re in',
  beginBody: '{app} begins here.',

  confirmSignOut: 'Sign out, {name}?',
  confirmSignOutNameless: 'Sign out?',
  confirmSignOutBody: 'This TV forgets the account. You can sign in again at any time.',
  stillListed: 'The service itself may go on listing this TV; there you can remove it.',
  confirmExit: 'Leave {app}?',
  confirmExitBody: 'Your sign-in stays as it is.',

  expired: 'This code has expired',
  expiredBody: 'Codes are valid for a short time only. Get a new one when your phone is at hand.',
  expiredTrouble:
    '{problem}. If you approved on your phone, this TV did not hear of it: please get a new code.',
  denied: 'The sign-in was declined',
  deniedBody: 'It was not approved on the phone, so nobody was signed in on this TV.',

  authorized: 'This Microsoft account is authorised',
  authorizedBody: 'The server may now use it. Nobody is signed in on this TV.',
  done: 'Done',

  offline: 'This TV is offline',
  'offline.help': 'Check the TV’s network connection, then try again.',
  'server-unreachable': 'We can’t reach the sign-in service',
  'server-unreachable.help':
    '{host} does not answer. It usually helps to wait a minute. If it keeps happening, the TV’s clock may be wrong: it says {date}.',
  'server-error': 'The sign-in service has a problem',
  'server-error.help': 'The fault is not yours or this TV’s. Please try again in a few minutes.',
  'server-busy': 'The sign-in service is busy',
  'server-busy.help': 'Too many people are signing in right now. Please try again in a minute.',
  'time-out': 'The sign-in service takes too long',
  'time-out.help': '{host} did not answer in time. The connection may be slow: please try again.',
  'clock-wrong': 'This TV’s clock seems to be wrong',
  'clock-wrong.help':
    'It says {date}. Set date and time in the TV’s settings: a secure connection needs them.',
  misconfigured: 'This app is not set up correctly',
  'misconfigured.help':
    'The sign-in service did not accept the app itself. Please tell {app} the reference below.',
  'untrusted-address': 'The sign-in service points to another address',
  'untrusted-address.help':
    '{host} names an address that is not known to be its own, and this TV sends nothing there. Please tell {app} the reference below.',
  hostChanged:
    'The service now uses another address. To be safe, your sign-in was not sent there. Sign in again to go on.',
  'browser-calls-refused': 'The sign-in service refuses this TV app',
  'browser-calls-refused.help':
    '{host} does not accept calls from this app. Please tell {app} the reference below.',
  'not-completed': 'The sign-in was not finished',
  'not-completed.help':
    'The sign-in service did not complete it. The code may have been used already. Please try again.',
  refused: 'The sign-in service refused',
  'refused.help': '{host} gave the reason below. You can try again, or tell {app} the reference.',
  'network-sign-in': 'This network asks for a sign-in first',
  'network-sign-in.help':
    'Something on the way to {host} answers with a page of its own, as in hotels. Open the network in the TV’s settings, then try again.',
  'not-sendable': 'This app cannot send its request',
  'not-sendable.help':
    'One of the app’s settings does not fit into a request. Please tell {app} the reference below.',
  'storage-unreadable': 'This TV’s memory could not be read',
  'storage-unreadable.help':
    'Your sign-in may still be there: nothing has been deleted. Please try again in a moment.',
  'key-lost': 'This TV has lost the key to your sign-in',
  'key-lost.help': 'It can no longer prove that the sign-in is its own. Please sign in again.',
  tokenTypeUnknown:
    'You approved it, but {host} answered with a kind of token that this app does not know. Please tell {app} the reference below.',
  needsMfa:
    '{host} wants a second proof of who you are (multi-factor). Set it up or confirm it on your phone, then try again.',
  needsConsent:
    '{host} needs your consent for this app first. Give it on your phone, then try again.',
  needsLogin: '{host} wants you to sign in anew on your phone first. Do so, then try again.',
  serviceSays: 'The service says: “{sentence}”',
  theService: 'The sign-in service',

  reference: 'Reference {reference}',
  lastTried: 'last tried at {time}',
  triedTimes: 'tried {tries} times, last at {time}',
  faults: 'The app’s settings need attention',
  more: 'and {count} more',
  dash: 'dash',
  space: 'space',
  dot: 'dot',
  codeSpoken: 'The code is {code}.',
  addressSpoken: 'Open {address} on your phone.',

  tooOld: 'The software of this TV is too old for this app. Look for a TV update in its settings.',
  framed: 'For your safety this app does not run inside another page. Open it by itself.',
};

/** What every language has to say. */
export type Texts = { readonly [Key in keyof typeof en]: string };
