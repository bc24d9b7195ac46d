import { describe, expect, it } from 'vitest';
import { discover } from '../../src/oauth/discovery.ts';
import type { Members } from '../../src/oauth/members.ts';
import type { RequestOutcome } from '../../src/oauth/outcome.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import { authorization, client, device } from '../../src/oauth/testing/client.ts';
import { checkSettings } from '../../src/settings/settings.ts';
import { describe as describeModel } from '../../src/ui/describe.ts';
import { failed, modelOf, showingCode, signedIn } from '../../src/ui/testing/models.ts';
import { type HostilePlace, hostileInputPage, hostileValues } from './hostile-input.ts';

const never = new AbortController().signal;
const issuer = 'https://id.example.com';
const good = { ...device, verification_uri: `${issuer}/device` };

const metadata: Members = {
  issuer,
  device_authorization_endpoint: `${issuer}/device`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/me`,
};

/** A TV whose server has these documents; it notes what is called. */
function tvWith(replies: { metadata?: Members; device?: Members; userinfo?: Members }) {
  const called: string[] = [];
  const fetcher: typeof fetch = (input) => {
    const { href, pathname } = new URL(String(input instanceof Request ? input.url : input));
    called.push(href);
    const isMetadata = pathname.includes('/.well-known/');
    const content: Members | undefined = isMetadata
      ? { ...metadata, ...replies.metadata }
      : pathname === '/device'
        ? (replies.device ?? good)
        : pathname === '/me'
          ? replies.userinfo
          : { access_token: 'AT' };
    const status = content?.['error'] === undefined ? 200 : 400;
    return Promise.resolve(new Response(JSON.stringify(content), { status }));
  };
  return { called, tv: client({ issuer, allowInsecureHttp: false }, { fetch: fetcher }) };
}

const refused = ({ kind, code }: Problem) => `refused: ${kind} ${code}`;

/** What a screen shows of a device reply. */
async function codeScreen(more: Members) {
  const outcome: RequestOutcome = await tvWith({ device: { ...good, ...more } }).tv.requestCode(
    never,
  );
  if (outcome.type === 'failed') return refused(outcome.problem);
  const { code } = describeModel(
    modelOf(showingCode({ verificationUriComplete: undefined, ...outcome.authorization })),
  );
  if (code === undefined) throw new Error('No code is shown.');
  return code;
}

/** Runs a value through the app. @returns what becomes of it, as the list says it */
const fates: Readonly<Record<HostilePlace, (value: string) => Promise<string>>> = {
  async verification_uri(value) {
    const screen = await codeScreen({ verification_uri: value });
    return typeof screen === 'string' ? screen : `shown: ${screen.address.text}`;
  },
  async verification_uri_complete(value) {
    const screen = await codeScreen({ verification_uri_complete: value });
    if (typeof screen === 'string') return screen;
    const what = screen.qrText === value ? 'shown' : 'left out';
    return `${what}: the picture holds ${screen.qrText}`;
  },
  async user_code(value) {
    const screen = await codeScreen({ user_code: value });
    return typeof screen === 'string' ? screen : `shown: ${screen.groups.join('')}`;
  },
  async name(value) {
    const { tv } = tvWith({ userinfo: { sub: 'subject-1', name: value } });
    const outcome = await tv.account({ accessToken: 'AT', tokenType: 'Bearer' }, never);
    if (outcome.type !== 'known') throw new Error(outcome.type);
    const { account } = outcome;
    return `shown: ${describeModel(modelOf(signedIn({ account, accounts: [account] }))).title}`;
  },
  async error_description(value) {
    const { tv } = tvWith({ device: { error: 'access_denied', error_description: value } });
    const outcome = await tv.requestCode(never);
    if (outcome.type !== 'failed') throw new Error(outcome.type);
    const { problem } = outcome;
    const { body, smallLines } = describeModel(modelOf({ ...failed(problem.kind), problem }));
    return `${smallLines === 1 ? 'small and marked' : 'large'}: ${body[body.length - 1]}`;
  },
  async token_endpoint(value) {
    const { called, tv } = tvWith({ metadata: { token_endpoint: value } });
    const outcome = await tv.poll(authorization, never);
    if (outcome.type === 'transient-failure') {
      expect(called).toHaveLength(1);
      return refused(outcome.problem);
    }
    return `called: ${called[1]}`;
  },
  async 'issuer of the metadata'(value) {
    const rules = { allowInsecureHttp: false, connectOrigins: [] };
    const reply = { type: 'reply' as const, status: 200, body: { ...metadata, issuer: value } };
    const result = await discover(issuer, rules, () => Promise.resolve(reply));
    return result.type === 'failed' ? refused(result.problem) : 'used: the metadata';
  },
  'issuer in the settings'(value) {
    const known = { providers: ['rfc8628'], languages: [], colors: [], keys: [] };
    const settings = { appSettings: { signIn: { clientId: 'tv', issuer: value } } };
    const outcome = checkSettings(settings, known);
    return Promise.resolve(
      outcome.type === 'invalid' ? `refused: ${outcome.faults[0]?.sentence}` : 'used: the issuer',
    );
  },
};

const rows = (Object.keys(hostileValues) as HostilePlace[]).flatMap((place) =>
  hostileValues[place].map(
    ({ value, becomes }) => [place, JSON.stringify(value).slice(0, 60), value, becomes] as const,
  ),
);

describe('hostile input', () => {
  it.each(rows)(
    'a hostile %s becomes what docs/hostile-input.md says: %s',
    async (place, _name, value, becomes) => {
      expect(await fates[place](value)).toBe(becomes);
    },
  );

  it('the same server with nothing hostile is shown and called', async () => {
    const { called, tv } = tvWith({});
    expect((await tv.requestCode(never)).type).toBe('issued');
    expect((await tv.poll(authorization, never)).type).toBe('approved');
    expect(called.slice(-1)).toEqual([`${issuer}/token`]);
    const complete = `${issuer}/device?user_code=WDJB-MJHT`;
    expect(await codeScreen({ verification_uri_complete: complete })).toMatchObject({
      qrText: complete,
    });
  });

  it('docs/hostile-input.md has a row for each value, and more than sixty', () => {
    expect(rows.length).toBeGreaterThan(60);
    const lines = hostileInputPage()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(lines).toHaveLength(rows.length);
  });
});
