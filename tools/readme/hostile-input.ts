/** Where a hostile value comes from. */
export type HostilePlace =
  | 'verification_uri'
  | 'verification_uri_complete'
  | 'user_code'
  | 'name'
  | 'error_description'
  | 'token_endpoint'
  | 'issuer of the metadata'
  | 'issuer in the settings';

/** A value that a server or a mistake may bring, and what becomes of it. */
export interface HostileValue {
  value: string;
  /** `shown: …` or `called: …` with what is drawn or called, else `refused: …` with the problem. */
  becomes: string;
}

const unsafe = 'refused: server-error verification_uri_unsafe';
const noCode = 'refused: server-error user_code_no_code';
const hidden = 'refused: server-error user_code_unshowable';
const leftOut = 'left out: the picture holds https://id.example.com/device';
const foreign = 'refused: untrusted-address endpoint_foreign';
const noHttps = 'refused: misconfigured endpoint_not_https';
const mismatch = 'refused: misconfigured issuer_mismatch';
const said = (sentence: string) => `small and marked: The service says: “${sentence}”`;

/** The values by place. A test runs each through the app; the page in docs/ is made of them. */
export const hostileValues: Readonly<Record<HostilePlace, readonly HostileValue[]>> = {
  verification_uri: [
    { value: 'https://accounts.google.com@evil.example/', becomes: unsafe },
    { value: 'https://accounts.google.com%40evil.example/', becomes: unsafe },
    { value: 'https://accounts.google.com\\@evil.example/', becomes: unsafe },
    { value: 'https://accounts.google.com\t.evil.example/', becomes: unsafe },
    { value: 'https://%65vil.example/', becomes: unsafe },
    { value: 'https://google.com／evil.example/', becomes: unsafe },
    { value: 'http://id.example.com/device', becomes: unsafe },
    { value: 'javascript:alert(1)', becomes: unsafe },
    { value: 'data:text/html,<h1>Sign in</h1>', becomes: unsafe },
    { value: 'intent://evil.example/#Intent;scheme=https;end', becomes: unsafe },
    { value: 'tel:+4990012345', becomes: unsafe },
    { value: 'https://2130706433/device', becomes: unsafe },
    { value: 'https://0x7f.0.0.1/device', becomes: unsafe },
    { value: 'https://0177.1/device', becomes: unsafe },
    { value: '//evil.example/device', becomes: unsafe },
    { value: 'https://id.example.com/device/%2e%2e/evil', becomes: unsafe },
    { value: 'https://id.example.com/\u202Eecived', becomes: unsafe },
    { value: 'https://id.exam\u200Bple.com/device', becomes: unsafe },
    { value: 'https://id.example.com/\u{E0041}', becomes: unsafe },
    {
      value: `https://id.example.com/${'x'.repeat(3000)}`,
      becomes: 'refused: server-error verification_uri_too_long',
    },
    { value: 'https://gооgle.com/device', becomes: 'shown: xn--ggle-55da.com/device' },
    { value: 'https://аррӏе.com/', becomes: 'shown: xn--80ak6aa92e.com' },
    { value: 'https://twıtter.com/', becomes: 'shown: xn--twtter-q9a.com' },
    {
      value: 'https://google.com⁄evil.example/',
      becomes: 'shown: google.xn--comevil-3d7c.example',
    },
    {
      value: 'https://accounts.google.com.evil.example/',
      becomes: 'shown: accounts.google.com.evil.example',
    },
  ],
  verification_uri_complete: [
    { value: 'https://evil.example/device?user_code=WDJB-MJHT', becomes: leftOut },
    { value: 'https://id.example.com.evil.example/?user_code=WDJB-MJHT', becomes: leftOut },
    { value: 'https://id.example.com@evil.example/?user_code=WDJB-MJHT', becomes: leftOut },
    { value: 'https://id.example.com:8443/?user_code=WDJB-MJHT', becomes: leftOut },
    { value: 'http://id.example.com/?user_code=WDJB-MJHT', becomes: leftOut },
    { value: 'https://іd.example.com/?user_code=WDJB-MJHT', becomes: leftOut },
    { value: 'javascript:alert(1)', becomes: leftOut },
    { value: 'WIFI:S:Free;T:nopass;;', becomes: leftOut },
  ],
  user_code: [
    { value: 'YOUR TV IS LOCKED CALL 0800 123456', becomes: noCode },
    { value: 'YOUR-TV-IS-LOCKED', becomes: noCode },
    { value: 'YOURTVISLOCKEDCALL', becomes: noCode },
    { value: 'CALL 08001234567', becomes: noCode },
    { value: 'PAY 50 EUR', becomes: noCode },
    { value: 'CALL 0900 1234', becomes: noCode },
    { value: 'CALLNOW08001234', becomes: noCode },
    { value: '0800-123456', becomes: noCode },
    { value: '1-800-555-0199', becomes: noCode },
    { value: 'TV LOCKED', becomes: noCode },
    { value: 'TV-GESPERRT-0900', becomes: noCode },
    { value: 'evil.example', becomes: noCode },
    { value: 'https://evil.example/x', becomes: noCode },
    { value: '[object Object]', becomes: noCode },
    { value: 'undefined', becomes: noCode },
    { value: '👍👎👍👎', becomes: noCode },
    { value: '<b>WDJB</b>', becomes: noCode },
    { value: 'W\u0335\u0301\u0302\u0303DJB', becomes: noCode },
    { value: 'WD\u202EJB', becomes: hidden },
    { value: 'WD\u061CJB', becomes: hidden },
    { value: 'WD\u180EJB', becomes: hidden },
    { value: 'WD\u3164JB', becomes: hidden },
    { value: 'WD\u{E0041}JB', becomes: hidden },
    { value: 'WD\u0000JB', becomes: hidden },
    { value: 'WDJB\u0600', becomes: 'shown: WDJB' },
    { value: 'WD\u070FJB', becomes: hidden },
    { value: '\u2800\u2800\u2800\u2800', becomes: hidden },
    { value: 'W'.repeat(500), becomes: 'refused: server-error user_code_too_long' },
    { value: '\u200BWDJB-MJHT\uFEFF', becomes: 'shown: WDJB-MJHT' },
  ],
  name: [
    { value: 'Ada\u202Eecalevol', becomes: 'shown: Hello, Ada ecalevol' },
    { value: 'Ada\u{E0041}\u{E0042}', becomes: 'shown: Hello, Ada' },
    { value: '\u3164\u180E', becomes: 'shown: Hello' },
    { value: 'Ada\r\nYou owe us money', becomes: 'shown: Hello, Ada You owe us money' },
    {
      value: '<img src=x onerror=alert(1)>',
      becomes: 'shown: Hello, <img src=x onerror=alert(1)>',
    },
    { value: `Z${'\u0335\u0301'.repeat(20)}algo`, becomes: 'shown: Hello, Z\u0335\u0301algo' },
    { value: 'A'.repeat(300), becomes: `shown: Hello, ${'A'.repeat(47)}…` },
  ],
  error_description: [
    {
      value: 'YOUR TV IS LOCKED. Call 0800 123456',
      becomes: said('YOUR TV IS LOCKED. Call 0800 123456'),
    },
    {
      value: 'No.” Your TV says: “Call 0800 123456',
      becomes: said("No.' Your TV says: 'Call 0800 123456"),
    },
    {
      value: 'No.\u275E TV: \u275DCall 0800 123456',
      becomes: said("No.' TV: 'Call 0800 123456"),
    },
    { value: "No.'' TV: ``Call 0800 123456", becomes: said("No.' TV: 'Call 0800 123456") },
    { value: `Now${'\u0E49'.repeat(40)}`, becomes: said('Now\u0E49\u0E49') },
    { value: 'Call\u202E654321 0080', becomes: said('Call 654321 0080') },
    {
      value: '<a href="https://evil.example">Fix</a>',
      becomes: said("<a href='https://evil.example'>Fix</a>"),
    },
    { value: 'Now! '.repeat(200), becomes: said(`${'Now! '.repeat(31)}Now!…`) },
  ],
  token_endpoint: [
    { value: 'https://evil.example/token', becomes: foreign },
    { value: 'https://id.example.com.evil.example/token', becomes: foreign },
    { value: 'https://evilexample.com/token', becomes: foreign },
    { value: 'https://id.exаmple.com/token', becomes: foreign },
    { value: 'https://127.0.0.1/token', becomes: foreign },
    { value: 'https://2130706433/token', becomes: foreign },
    { value: 'https://192.168.1.1/token', becomes: foreign },
    { value: 'https://169.254.169.254/latest/meta-data', becomes: foreign },
    { value: 'https://[::1]/token', becomes: foreign },
    { value: 'https://[::ffff:10.0.0.1]/token', becomes: foreign },
    { value: 'https://router/token', becomes: foreign },
    { value: 'https://nas.local/token', becomes: foreign },
    { value: 'http://id.example.com/token', becomes: noHttps },
    { value: 'https://user:secret@id.example.com/token', becomes: noHttps },
    { value: 'https://id.example.com/..%2f..%2fother', becomes: noHttps },
    { value: 'https://id.example.com/%252e%252e/other', becomes: noHttps },
    { value: 'https://id.example.com/..;/other', becomes: noHttps },
    { value: 'javascript:alert(1)', becomes: noHttps },
    {
      value: 'https://id.example.com/../../other',
      becomes: 'called: https://id.example.com/other',
    },
    {
      value: 'https://id.example.com/a/%2e%2e/\\..\\token#x',
      becomes: 'called: https://id.example.com/token',
    },
    { value: 'https://ID.Example.COM.:443/token', becomes: 'called: https://id.example.com/token' },
    { value: 'https://id.exam\tple.com/to\nken', becomes: 'called: https://id.example.com/token' },
  ],
  'issuer of the metadata': [
    { value: 'https://evil.example', becomes: mismatch },
    { value: 'https://id.example.com@evil.example', becomes: mismatch },
    { value: 'https://id.example.com/realms/other', becomes: mismatch },
    { value: 'https://id.exаmple.com', becomes: mismatch },
    { value: 'http://id.example.com', becomes: mismatch },
  ],
  'issuer in the settings': [
    {
      value: 'https://accounts.google.com@evil.example',
      becomes:
        'refused: appSettings.signIn.issuer must be an address without a user name or password.',
    },
    {
      value: 'http://id.example.com',
      becomes:
        'refused: appSettings.signIn.issuer is not encrypted: use https. (For development on this machine or a private network set appSettings.signIn.allowInsecureHttp to true.)',
    },
    {
      value: 'https://id.example.com/..%2f..%2fother',
      becomes: 'refused: appSettings.signIn.issuer must be an address without “..” in its path.',
    },
  ],
};

const places: Readonly<Record<HostilePlace, string>> = {
  verification_uri: '`verification_uri`: the address for the phone',
  verification_uri_complete: '`verification_uri_complete`: the address in the picture',
  user_code: '`user_code`',
  name: '`name` of the account',
  error_description: '`error_description`: the server’s sentence',
  token_endpoint: '`token_endpoint` of the metadata of https://id.example.com',
  'issuer of the metadata': '`issuer` of the metadata of https://id.example.com',
  'issuer in the settings': '`signIn.issuer` in settings.json',
};

const longestCell = 90;

/** A text as code in a cell, with every letter spelled out that looks like another, or like nothing. */
function cell(text: string): string {
  const spelled = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const isSeen = /^[ -~“”…’\u{1F300}-\u{1FAFF}]$/u.test(character);
    return isSeen ? character : `\\u{${code.toString(16).toUpperCase()}}`;
  }).join('');
  const { length } = Array.from(text);
  const short = spelled.length > longestCell ? `${spelled.slice(0, 60)}…` : spelled;
  const count = short === spelled ? '' : ` (${length} characters)`;
  return `\`${short.replace(/\|/g, '\\|')}\`${count}`;
}

/** The page docs/hostile-input.md. */
export function hostileInputPage(): string {
  const count = Object.values(hostileValues).flat().length;
  const sections = (Object.keys(hostileValues) as HostilePlace[]).map((place) => {
    const rows = hostileValues[place].map(({ value, becomes }) => {
      const [what = '', rest = ''] = becomes.split(/: ([\s\S]*)/);
      return `| ${cell(value)} | ${what}: ${cell(rest)} |`;
    });
    return `## ${places[place]}\n\n| value | what becomes of it |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Hostile input

What a hostile or careless server may send, and what the app makes of it: ${count} values. A test runs each
through the app's own client and screens (\`tools/readme/hostile-input.test.ts\`); \`npm run readme\` makes
this page of the same list. What a refusal means is in [error codes](error-codes.md).

${sections.join('\n')}`;
}
