import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { authorization, client, device } from '../testing/client';
import { sendJson, startTestServer, type TestServer } from '../testing/http-server';

const never = new AbortController().signal;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer((request, response) =>
    request.path === '/device'
      ? sendJson(response, 200, device)
      : sendJson(response, 400, { error: 'authorization_pending' }),
  );
});

afterAll(() => server.close());

/** Fields of a device request and of two polls. */
async function attempt(providerOptions: Record<string, string>) {
  const endpoints = { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` };
  const tv = client({ endpoints, providerOptions });
  const from = server.seen.length;
  await tv.requestCode(never);
  await tv.poll(authorization, never);
  await tv.poll(authorization, never);
  return server.seen.slice(from).map(({ form }) => form);
}

describe('a proof key for code exchange (RFC 7636)', () => {
  it.each([[{}], [{ pkce: 'off' }]])(
    'a proof key is not sent unless it is asked for: %j',
    async (options) => {
      expect(await attempt(options)).toEqual([
        { client_id: 'tv' },
        expect.not.objectContaining({ code_verifier: expect.anything() as unknown }),
        expect.not.objectContaining({ code_verifier: expect.anything() as unknown }),
      ]);
    },
  );

  it('a proof key goes with the device request as a digest, and with every poll as it is', async () => {
    const [request, ...polls] = await attempt({ pkce: 'S256' });
    const verifier = polls[0]?.['code_verifier'] ?? '';
    expect(verifier).toMatch(/^[\w-]{43}$/);
    expect(polls[1]?.['code_verifier']).toBe(verifier);
    expect(request).toEqual({
      client_id: 'tv',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
  });

  it('each code has a proof key of its own', async () => {
    const [first] = await attempt({ pkce: 'S256' });
    const [second] = await attempt({ pkce: 'S256' });
    expect(second?.['code_challenge']).not.toBe(first?.['code_challenge']);
  });

  it.each<[string, unknown]>([
    ['no WebCrypto', {}],
    ['no crypto object at all', undefined],
    [
      'a WebCrypto that only secure pages may use',
      {
        getRandomValues: (bytes: Uint8Array) => bytes,
        get subtle() {
          throw new DOMException('Only secure origins are allowed', 'NotSupportedError');
        },
      },
    ],
  ])('a proof key that is demanded is never left out: the TV has %s', async (_name, crypto) => {
    const from = server.seen.length;
    const endpoints = { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` };
    const tv = client({ endpoints, providerOptions: { pkce: 'S256' } });
    vi.stubGlobal('crypto', crypto);
    const outcome = await tv.requestCode(never);
    vi.unstubAllGlobals();
    expect(outcome).toMatchObject({
      type: 'failed',
      problem: {
        kind: 'misconfigured',
        code: 'pkce_unavailable',
        detail: expect.stringMatching(/pkce.*https/),
      },
    });
    expect(server.seen.slice(from)).toEqual([]);
  });

  it('a device without WebCrypto signs in where no proof key is demanded', async () => {
    vi.stubGlobal('crypto', {});
    const [request] = await attempt({});
    vi.unstubAllGlobals();
    expect(request).toEqual({ client_id: 'tv' });
  });
});
