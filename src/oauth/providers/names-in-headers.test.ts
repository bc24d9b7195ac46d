import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, type ReplyingServer, startReplyingServer } from '../testing/recorded-client';
import { recordingNamed } from '../testing/recording';

const never = new AbortController().signal;
let server: ReplyingServer;

beforeAll(async () => {
  server = await startReplyingServer();
});

afterAll(() => server.close());

const names = [
  'Your Channel',
  'L’Équipe TV',
  'Équipe',
  'Канал Один',
  '電視台',
  'قناة',
  '📺 TV',
  'A "quoted" name',
  'back\\slash, comma; semi=colon',
  'two\nlines\r\n',
  'tab\there\u0000',
  '100%25 & more + #1?',
];

/** Signs in, asks who it is and signs out under a name; what the server saw of each call. */
async function seenWith(provider: 'plex' | 'jellyfin', appName: string) {
  const recording = { ...recordingNamed(provider), appName, deviceName: `${appName} upstairs` };
  const { device, success, redeemed, account, revoked } = recording.replies;
  if (device === undefined || success === undefined || revoked === undefined) {
    throw new Error('Incomplete recording');
  }
  const client = clientOf(recording, server.url);
  const from = server.seen.length;
  server.answerWith(device);
  const issued = await client.requestCode(never);
  if (issued.type !== 'issued') throw new Error(JSON.stringify(issued));
  server.answerWith(success, ...(redeemed === undefined ? [] : [redeemed]));
  const polled = await client.poll(issued.authorization, never);
  if (polled.type !== 'approved') throw new Error(JSON.stringify(polled));
  server.answerWith(account ?? revoked);
  expect(await client.account(polled.tokens, never)).toMatchObject({ type: 'known' });
  server.answerWith(revoked);
  expect(await client.revoke(polled.tokens, never)).toEqual({ type: 'revoked' });
  return server.seen.slice(from).map(({ path, headers }) => ({
    query: new URL(path, server.url).searchParams,
    headers,
  }));
}

/** The name of a TV without what takes no room: one line. */
const shown = (name: string) => `${name} upstairs`.replace('\u0000', ' ').replace(/\s+/g, ' ');

describe.each(names)('a channel named %j', (name) => {
  it('signs in at Plex, which gets the name in a header or, where none can hold it, in the query', async () => {
    const seen = await seenWith('plex', name);
    expect(seen).toHaveLength(4);
    for (const { query, headers } of seen) {
      expect(headers['x-plex-product'] ?? query.get('X-Plex-Product')).toBe(name);
      expect(headers['x-plex-client-identifier']).toBe('uuid');
      const device = headers['x-plex-device-name'] ?? query.get('X-Plex-Device-Name');
      expect(device).toBe(shown(name));
    }
  });

  it('signs in at Jellyfin, which decodes the values of its header', async () => {
    const seen = await seenWith('jellyfin', name);
    const identified = seen.filter(({ headers }) => headers.authorization !== undefined);
    expect(identified.length).toBeGreaterThan(1);
    for (const { headers } of identified) {
      const [, client = '', device = ''] =
        /^MediaBrowser Client="([^"]*)", Device="([^"]*)", /.exec(headers.authorization ?? '') ??
        [];
      expect(device).toMatch(/^[ -~]+$/);
      expect(decodeURIComponent(device)).toBe(shown(name));
      expect(client).toMatch(/^[ -~]+$/);
      expect(decodeURIComponent(client)).toBe(name);
    }
  });
});
