import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../testing/recorded-client';
import {
  pollReplies,
  type RecordedReply,
  recordingNamed,
  recordingNames,
} from '../testing/recording';
import { isBody, mayBePending, mayBeSuccess } from '../testing/signs';

const never = new AbortController().signal;
let answers: RecordedReply[] = [];

/** Thousands of replies: the client is the real one, the network is left out. */
const answering: typeof fetch = () => {
  const { status, body } = answers.shift() ?? { status: 200, body: {} };
  const text = body === null ? null : typeof body === 'string' ? body : JSON.stringify(body);
  return Promise.resolve(
    new Response(status === 204 ? null : text, {
      status,
      headers: { 'Content-Type': 'application/json' },
    }),
  );
};

const isText = (value: unknown) => typeof value === 'string' && value !== '';

const words = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'authorization_pending_',
    'pending',
    'ok',
    'OK',
    'KO',
    'approved',
    'null',
    'true',
    'slow_down',
    '',
  ),
);
const anything = fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue());
const statuses = fc.constantFrom(200, 201, 204, 400, 401, 403, 404, 410, 418, 428, 429, 500, 503);

/** A reply with a member changed, renamed or taken out, another status, or another body. */
function mutated(recorded: RecordedReply): fc.Arbitrary<RecordedReply> {
  const body = isBody(recorded.body) ? recorded.body : {};
  const names = Object.keys(body);
  const name = names.length === 0 ? fc.constant('error') : fc.constantFrom(...names);
  const bodies = fc.oneof(
    fc.tuple(name, anything).map(([one, value]) => ({ ...body, [one]: value })),
    fc.tuple(name, fc.string({ minLength: 1 })).map(([one, other]) => {
      const { [one]: value, ...rest } = body;
      return { ...rest, [`x${other}`]: value };
    }),
    name.map((one) => {
      const { [one]: _gone, ...rest } = body;
      return rest;
    }),
    fc.dictionary(
      fc.constantFrom(
        'error',
        'message',
        'status',
        'result',
        'access_token',
        'accessToken',
        'data',
      ),
      anything,
    ),
    fc.constantFrom<unknown>(null, '<html>pending</html>', '{"error":', 'true'),
    fc.constant(recorded.body),
  );
  return fc.record({
    status: fc.oneof({ weight: 2, arbitrary: fc.constant(recorded.status) }, statuses),
    // As it comes out of the wire: a member without a value is none.
    body: bodies.map((one) => JSON.parse(JSON.stringify(one)) as unknown),
    from: fc.constant('unverified' as const),
  });
}

describe.each(recordingNames)('%s', (name) => {
  const recording = recordingNamed(name);
  const recorded = [
    ...pollReplies.map((one) => recording.replies[one]),
    ...(recording.also ?? []).map(({ reply }) => reply),
  ].filter((one) => one !== undefined);
  // What is exchanged for tokens is not the end: such polls alone never succeed.
  const redeems = recording.calls.redeem !== undefined;
  const nothing: RecordedReply = { status: 200, body: {}, from: 'unverified' };

  it('takes no reply that it does not know for pending or success', async () => {
    const client = clientOf(recording, 'http://127.0.0.1:9', {}, answering);
    const authorization = {
      deviceCode: String(recording.variables.deviceCode ?? 'dc'),
      userCode: recording.variables.userCode,
      verificationUri: 'https://id.example/',
      expiresInSeconds: 600,
      intervalSeconds: 5,
    };
    await fc.assert(
      fc.asyncProperty(fc.oneof(...recorded.map(mutated)), async (reply) => {
        answers = [reply, nothing];
        const { type: outcome } = await client.poll(authorization, never);
        const bodiless = reply.body === null || isBody(reply.body) || reply.status === 204;
        if (outcome === 'pending') expect(bodiless && mayBePending(recording, reply)).toBe(true);
        if (outcome === 'approved' || outcome === 'authorized') {
          expect(redeems).toBe(false);
          expect(mayBeSuccess(recording, reply)).toBe(true);
        }
        expect(outcome).not.toBe('next-code');
      }),
      { numRuns: 400 },
    );
  }, 30_000);

  const { redeemed, success: approval } = recording.replies;
  it.each(redeemed === undefined || approval === undefined ? [] : [{ redeemed, approval }])(
    'takes no unknown reply to the exchange of its tokens for success',
    async (replies) => {
      const client = clientOf(recording, 'http://127.0.0.1:9', {}, answering);
      const authorization = {
        deviceCode: 'dc',
        userCode: 'A',
        verificationUri: 'https://id.example/',
        expiresInSeconds: 600,
        intervalSeconds: 5,
      };
      await fc.assert(
        fc.asyncProperty(mutated(replies.redeemed), async (reply) => {
          answers = [replies.approval, reply, reply, reply];
          const { type: outcome } = await client.poll(authorization, never);
          const body = isBody(reply.body) ? reply.body : {};
          expect(outcome).not.toBe('pending');
          if (outcome === 'approved') {
            const isToken = mayBeSuccess({ ...recording, signs: undefined }, reply);
            expect(isToken || isText(body['AccessToken'])).toBe(true);
          }
        }),
        { numRuns: 200 },
      );
    },
    30_000,
  );
});
