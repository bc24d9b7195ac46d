import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../testing/recorded-client';
import {
  pollReplies,
  type RecordedReply,
  recordingNamed,
  recordingNames,
} from '../testing/recording';

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

type Body = Record<string, unknown>;
type Sign = (body: Body, reply: RecordedReply) => boolean;

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const says = (value: unknown, word: string) =>
  typeof value === 'string' && value.trim().toLowerCase() === word;
const isText = (value: unknown) => typeof value === 'string' && value !== '';
const good = ({ status }: RecordedReply) => status >= 200 && status <= 299;

const rfcPending: Sign = (body) => says(body['error'], 'authorization_pending');
const rfcTokens: Sign = (body, reply) =>
  good(reply) &&
  !isText(body['error']) &&
  (isText(body['access_token']) || isText(body['accessToken']));

/** What alone may be taken for "pending", where that is not the error code of RFC 8628. */
const pendingSigns: Readonly<Record<string, Sign>> = {
  twitch: (body) =>
    says(body['message'], 'authorization_pending') ||
    says(body['message'], 'authorization pending'),
  facebook: (body) =>
    isBody(body['error'])
      ? Number(body['error']['error_subcode']) === 1349174
      : rfcPending(body, { status: 400, body, from: 'published' }),
  'aws-iam-identity-center': (body, reply) =>
    rfcPending(body, reply) || /AuthorizationPending/.test(String(body['__type'])),
  trakt: (body, reply) =>
    rfcPending(body, reply) || (reply.status === 400 && Object.keys(body).length === 0),
  plex: (body, reply) => reply.status === 200 && body['authToken'] === null,
  jellyfin: (body, reply) => reply.status === 200 && body['Authenticated'] === false,
  simkl: (body) => body['result'] === 'KO' && /pending/i.test(String(body['message'])),
  'real-debrid': (body, reply) =>
    (reply.status === 403 || reply.status === 400) &&
    body['error'] === null &&
    body['error_code'] === null,
  'veeam-vb365-device-code': (body, reply) =>
    reply.status === 200 && body['authenticated'] === false,
  'veeam-vb365-azure-service-account': (body, reply) =>
    reply.status === 200 && body['authenticated'] === false,
};

/** What alone may be taken for the end of the flow, where that is not an access token. */
const successSigns: Readonly<Record<string, Sign>> = {
  plex: (body, reply) => good(reply) && isText(body['authToken']) && !isText(body['error']),
  'veeam-vb365-device-code': (body, reply) =>
    reply.status === 200 && body['authenticated'] === true,
  'veeam-vb365-azure-service-account': (body, reply) =>
    reply.status === 200 && body['authenticated'] === true,
};

/** Systems that exchange something for tokens: their polls alone never succeed. */
const redeeming = ['jellyfin', 'real-debrid', 'veeam-vb365'];

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
  const pending = pendingSigns[name] ?? rfcPending;
  const success = successSigns[name] ?? rfcTokens;
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
        const body = isBody(reply.body) ? reply.body : {};
        const bodiless = reply.body === null || isBody(reply.body) || reply.status === 204;
        if (outcome === 'pending') expect(bodiless && pending(body, reply)).toBe(true);
        if (outcome === 'approved' || outcome === 'authorized') {
          expect(redeeming).not.toContain(name);
          expect(success(body, reply)).toBe(true);
        }
        expect(outcome).not.toBe('next-code');
      }),
      { numRuns: 400 },
    );
  }, 30_000);

  const { redeemed, success: approval } = recording.replies;
  it.each(redeemed === undefined || approval === undefined ? [] : [{ redeemed, approval }])(
    'takes no unknown reply to its exchange for success',
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
            expect(rfcTokens(body, reply) || isText(body['AccessToken'])).toBe(true);
          }
        }),
        { numRuns: 200 },
      );
    },
    30_000,
  );
});
