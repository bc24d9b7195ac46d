import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, type ReplyingServer, startReplyingServer } from '../testing/recorded-client';
import { type RecordedReply, recordingNamed } from '../testing/recording';

const never = new AbortController().signal;
const kept = {
  type: 'bound',
  refreshToken: 'RT',
  clientId: 'own',
  clientSecret: 'own-secret',
} as const;
let server: ReplyingServer;

beforeAll(async () => {
  server = await startReplyingServer();
});

afterAll(() => server.close());

const refused = (body: unknown): RecordedReply => ({ status: 400, body, from: 'unverified' });

describe.each(['aws-iam-identity-center', 'real-debrid'])(
  'a session at %s, whose client was made at the sign-in',
  (name) => {
    it.each(['invalid_client', 'unauthorized_client', 'invalid_grant'])(
      'a session ends with the client that was made for it: %s',
      async (error) => {
        server.answerWith(refused({ error }));
        const client = clientOf(recordingNamed(name), server.url);
        expect(await client.refresh(kept, never)).toMatchObject({
          type: 'ended',
          problem: { kind: 'not-completed', code: error },
        });
      },
    );

    it.each([
      ['invalid_request', 'refused'],
      ['slow_down', 'transient-failure'],
    ])(
      'a session whose client was made at the sign-in outlasts the error %s',
      async (error, expected) => {
        server.answerWith(refused({ error }));
        const client = clientOf(recordingNamed(name), server.url);
        expect((await client.refresh(kept, never)).type).toBe(expected);
      },
    );
  },
);

describe('a session at AWS', () => {
  it('a session at AWS ends with its registration, whatever words the reply uses', async () => {
    server.answerWith(refused({ __type: 'com.amazonaws.sso#InvalidClientException' }));
    const client = clientOf(recordingNamed('aws-iam-identity-center'), server.url);
    expect((await client.refresh(kept, never)).type).toBe('ended');
  });
});

describe('a session elsewhere', () => {
  it('a session with a configured client outlasts a refused client, which is a fault of the settings', async () => {
    server.answerWith({ ...refused({ error: 'invalid_client' }), status: 401 });
    const client = clientOf(recordingNamed('oracle-idcs'), server.url);
    const outcome = await client.refresh({ type: 'refresh', refreshToken: 'RT' }, never);
    expect(outcome.type).toBe('refused');
  });
});
