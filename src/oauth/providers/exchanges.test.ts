import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../credentials';
import type { DeviceAuthorization, PollOutcome } from '../outcome';
import {
  asCall,
  clientOf,
  type ReplyingServer,
  startReplyingServer,
  withoutProvenance,
} from '../testing/recorded-client';
import {
  type CallName,
  pollReplies,
  type RecordedReply,
  type Recording,
  recordingNamed,
  recordingNames,
} from '../testing/recording';

const never = new AbortController().signal;
let server: ReplyingServer;

beforeAll(async () => {
  server = await startReplyingServer();
});

afterAll(() => server.close());

const expectedOutcome: Record<(typeof pollReplies)[number], PollOutcome['type']> = {
  pending: 'pending',
  slowDown: 'slow-down',
  denied: 'denied',
  expired: 'expired',
  success: 'approved',
};

function sent(recording: Recording, name: CallName, seenIndex = server.seen.length - 1): void {
  const call = recording.calls[name];
  if (call === undefined) throw new Error(`No ${name} in the recording`);
  expect(asCall(server.seen[seenIndex], Object.keys(call.headers ?? {}))).toEqual(
    withoutProvenance(call),
  );
}

const replyOf = (recording: Recording, ...names: (keyof Recording['replies'])[]) =>
  names.map((name) => recording.replies[name]).filter((reply) => reply !== undefined);

async function codeIssued(
  recording: Recording,
  client = clientOf(recording, server.url),
  device: RecordedReply | undefined = recording.replies.device,
): Promise<{ client: typeof client; authorization: DeviceAuthorization }> {
  if (device === undefined) throw new Error('No device reply in the recording');
  server.answerWith(...replyOf(recording, 'prepared'), device);
  const outcome = await client.requestCode(never);
  if (outcome.type !== 'issued') throw new Error(JSON.stringify(outcome));
  return { client, authorization: outcome.authorization };
}

/** One case where a system has something, none where it has not. */
const has = (thing: unknown): readonly true[] => (thing ? [true] : []);

describe.each(recordingNames)('%s', (name) => {
  const recording = recordingNamed(name);
  const { variables, replies, calls } = recording;
  const { refreshToken = '' } = variables;
  const kept: Credentials =
    recording.boundTo === undefined
      ? { type: 'refresh', refreshToken }
      : { type: 'bound', refreshToken, ...recording.boundTo };
  const lasting: Credentials = { type: 'lasting', accessToken: variables.accessToken ?? '' };
  const tokensReply = JSON.stringify((replies.redeemed ?? replies.success)?.body ?? null);
  const givesRefreshToken = refreshToken !== '' && tokensReply.includes(refreshToken);

  it('asks for a code as recorded, and understands the reply', async () => {
    const { authorization } = await codeIssued(recording);
    if (calls.prepare !== undefined) sent(recording, 'prepare', server.seen.length - 2);
    sent(recording, 'device');
    expect(authorization.userCode).toBe(variables.userCode);
    expect(authorization.verificationUri).toMatch(/^https:\/\//);
    if (variables.verificationUri !== undefined) {
      expect(authorization.verificationUri).toContain(variables.verificationUri);
    }
    expect(authorization.expiresInSeconds).toBeGreaterThan(0);
    expect(authorization.intervalSeconds).toBeGreaterThan(0);
  });

  it.each([...(recording.otherDeviceReplies ?? []), ...replyOf(recording, 'deviceAlternative')])(
    'understands the other form of the device reply',
    async (reply) => {
      const { authorization } = await codeIssued(recording, undefined, reply);
      expect(authorization.userCode).toBe(variables.userCode);
    },
  );

  it.each(pollReplies.filter((reply) => replies[reply] !== undefined))(
    'polls as recorded and understands "%s"',
    async (replyName) => {
      const { client, authorization } = await codeIssued(recording);
      const reply = replies[replyName];
      if (reply === undefined) throw new Error(`No ${replyName}`);
      server.answerWith(
        reply,
        ...(replyName === 'success' ? replyOf(recording, 'redeemed', 'revoked') : []),
      );
      const before = server.seen.length;
      const outcome = await client.poll(authorization, never);
      sent(recording, 'poll', before);
      expect(outcome.type).toBe(recording.expected?.[replyName] ?? expectedOutcome[replyName]);
      if (outcome.type !== 'approved') return;
      if (calls.redeem !== undefined) sent(recording, 'redeem', before + 1);
      expect(outcome.tokens.accessToken).toBe(variables.accessToken);
      expect(outcome.tokens.credentials).toEqual(givesRefreshToken ? kept : lasting);
    },
  );

  it.each(recording.also ?? [])(
    'understands the recorded reply: $name',
    async ({ reply, type: expected }) => {
      const { client, authorization } = await codeIssued(recording);
      server.answerWith(reply);
      expect((await client.poll(authorization, never)).type).toBe(expected);
    },
  );

  it.each(has(calls.refresh))('refreshes the session as recorded', async () => {
    const client = clientOf(recording, server.url, recording.refreshWith);
    server.answerWith(...replyOf(recording, 'refreshed'));
    const outcome = await client.refresh(kept, never);
    sent(recording, 'refresh');
    expect(outcome.type).toBe('renewed');
    if (replies.refreshRefused === undefined) return;
    server.answerWith(replies.refreshRefused);
    expect((await client.refresh(kept, never)).type).toBe('ended');
  });

  it.each(has(calls.refresh === undefined && variables.deviceCode !== undefined))(
    'keeps a token that lasts, and renews it without asking',
    async () => {
      const client = clientOf(recording, server.url);
      const before = server.seen.length;
      const credentials: Credentials = { type: 'lasting', accessToken: 'AT' };
      expect(await client.refresh(credentials, never)).toEqual({
        type: 'renewed',
        tokens: { accessToken: 'AT', tokenType: 'Bearer', credentials },
      });
      expect(server.seen.length).toBe(before);
    },
  );

  it.each(has(calls.revoke && recording.expected?.success !== 'authorized'))(
    'ends the session as recorded',
    async () => {
      const client = clientOf(recording, server.url);
      server.answerWith(...replyOf(recording, 'revoked'));
      const credentials = variables.refreshToken === undefined ? lasting : kept;
      const tokens = { accessToken: variables.accessToken, credentials };
      expect(await client.revoke(tokens, never)).toEqual({ type: 'revoked' });
      sent(recording, 'revoke');
    },
  );

  it.each(has(calls.account))('asks as recorded who signed in', async () => {
    const client = clientOf(recording, server.url);
    server.answerWith(...replyOf(recording, 'account'));
    const tokens = { accessToken: variables.accessToken ?? '', tokenType: 'Bearer' } as const;
    const outcome = await client.account(tokens, never);
    sent(recording, 'account');
    if (outcome.type !== 'known') throw new Error(JSON.stringify(outcome));
    expect(outcome.account.name).toMatch(/ada/i);
  });
});
