import { afterEach, describe, expect, it } from 'vitest';
import type { Binding } from './proof';
import { client } from './testing/client';
import { createControllableClock } from './testing/controllable-clock';
import { sendJson, startTestServer, type TestServer } from './testing/http-server';
import { proofKey, readableProofs } from './testing/proofs';

const never = new AbortController().signal;
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** What a server says of DPoP in its metadata; `silent` cuts the connection. */
type Metadata = 'offers' | 'does not offer' | 'silent';

/** A server that gives tokens for a proof, and refuses a refresh without one. */
async function serverThat(metadata: Metadata): Promise<TestServer> {
  const server = await startTestServer(({ path, headers }, response) => {
    if (path.includes('.well-known')) {
      if (metadata === 'silent') response.destroy();
      else {
        sendJson(response, 200, {
          issuer: server.url,
          device_authorization_endpoint: `${server.url}/device`,
          token_endpoint: `${server.url}/token`,
          dpop_signing_alg_values_supported: metadata === 'offers' ? ['ES256'] : undefined,
        });
      }
    } else if (headers['dpop'] === undefined) sendJson(response, 400, { error: 'invalid_grant' });
    else sendJson(response, 200, { access_token: 'AT', token_type: 'DPoP', refresh_token: 'RT2' });
  });
  servers.push(server);
  return server;
}

const bound: Binding = { type: 'bound', key: proofKey };
const unbound: Binding = { type: 'unbound', reason: 'header-refused' };
const shared: Binding = { type: 'shared' };
const proven = 'with proof: renewed';
const ended = 'plain: ended invalid_grant';
const kept = 'plain: refused proof_key_missing';
const notSent = 'nothing sent: refused proof_key_missing';

/** Sends a refresh and says in a line what was sent and what came of it. */
async function refreshed(
  metadata: Metadata,
  binding: Binding,
  { dpop = 'auto', hasSharedKey = false } = {},
) {
  const server = await serverThat(metadata);
  const endpoints = { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` };
  const proofs = readableProofs({
    sharedKey: () => Promise.resolve(hasSharedKey ? proofKey : undefined),
  });
  const tv = client(
    { issuer: server.url, dpop, ...(metadata === 'silent' ? { endpoints } : {}) },
    { proofs, clock: createControllableClock() },
  );
  // The metadata is asked for, and answered or not, before the refresh.
  await tv.account({ accessToken: 'AT', tokenType: 'Bearer' }, never);
  const outcome = await tv.refresh({ type: 'refresh', refreshToken: 'RT', binding }, never);
  const sent = server.seen
    .filter(({ path }) => path === '/token')
    .map(({ headers }) => (headers['dpop'] === undefined ? 'plain' : 'with proof'));
  const code = 'problem' in outcome ? ` ${outcome.problem?.code}` : '';
  return { line: `${sent.join(', ') || 'nothing sent'}: ${outcome.type}${code}`, outcome };
}

describe('what a refresh is sent with', () => {
  it.each<[string, Metadata, Binding, Parameters<typeof refreshed>[2], string]>([
    ['bound', 'offers', bound, {}, proven],
    ['bound, proofs switched off since', 'offers', bound, { dpop: 'off' }, proven],
    ['bound, proofs not offered any more', 'does not offer', bound, {}, proven],
    ['bound, the metadata cannot be had', 'silent', bound, {}, proven],
    ['not bound', 'offers', unbound, {}, ended],
    ['not bound, proofs required since', 'offers', unbound, { dpop: 'required' }, notSent],
    ['bound to a lost key', 'offers', { type: 'key-lost' }, {}, notSent],
    ['bound to a lost key, proofs off', 'offers', { type: 'key-lost' }, { dpop: 'off' }, notSent],
    ['old, with the shared key', 'offers', shared, { hasSharedKey: true }, proven],
    ['old, with the shared key, metadata silent', 'silent', shared, { hasSharedKey: true }, proven],
    ['old, without the shared key', 'offers', shared, {}, kept],
    ['old, without the shared key, metadata silent', 'silent', shared, {}, kept],
    ['old, without the key, proofs required', 'offers', shared, { dpop: 'required' }, notSent],
    ['old, the key is another server’s', 'does not offer', shared, { hasSharedKey: true }, kept],
    ['old, neither key nor proofs', 'does not offer', shared, {}, ended],
  ])(
    'a session that is %s is refreshed so that nothing of it is lost',
    async (_name, metadata, binding, options, expected) => {
      expect((await refreshed(metadata, binding, options)).line).toBe(expected);
    },
  );

  it('what a refresh gives is bound as the proof was, what is kept as it was before', async () => {
    const { outcome } = await refreshed('offers', shared, { hasSharedKey: true });
    expect(outcome).toMatchObject({
      tokens: { binding: bound, credentials: { refreshToken: 'RT2', binding: shared } },
    });
  });

  it('a store that does not give the shared key now is no lost key', async () => {
    const server = await serverThat('offers');
    const proofs = readableProofs({ sharedKey: () => Promise.reject(new Error('busy')) });
    const tv = client({ issuer: server.url }, { proofs });
    expect(
      await tv.refresh({ type: 'refresh', refreshToken: 'RT', binding: shared }, never),
    ).toMatchObject({
      type: 'transient-failure',
      problem: { kind: 'storage-unreadable', code: 'storage_failed' },
    });
    expect(server.seen.filter(({ path }) => path === '/token')).toEqual([]);
  });
});
