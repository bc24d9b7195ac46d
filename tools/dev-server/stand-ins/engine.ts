import { assertNever } from '../../../src/assert-never.ts';
import type {
  CallName,
  RecordedReply,
  RecordedValues,
  Recording,
  ReplyName,
} from '../../../src/oauth/testing/recording.ts';
import { createChanges } from '../authorization-server/control/changes.ts';
import type { CodeState, OtherSystem } from '../authorization-server/control/control.ts';
import { normalizeUserCode } from '../authorization-server/device-codes.ts';
import {
  type IssuedCode,
  isForgotten,
  nextPollAtMs,
  pollReply,
  problemWith,
  statusOf,
  timesOf,
} from './codes.ts';
import type { Answer } from './log-exchange.ts';
import { codePage, decisionPage, endPage, type PagePlace } from './page.ts';
import { type Asked, type Candidate, candidates, complaint } from './recognize.ts';
import { newTokens, newValues } from './values.ts';

/** The recorded body with the values of one code in place of the recorded ones. */
function withValues(body: unknown, recorded: RecordedValues, code: IssuedCode): unknown {
  const { values } = code;
  const names = Object.keys(recorded) as (keyof RecordedValues)[];
  const inside = (['verificationUri', 'userCode'] as const).filter((name) => recorded[name]);
  const replaced = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => replaced(one, name));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, replaced(one, key)]),
      );
    }
    if (name === 'interval') {
      return typeof value === 'string' ? String(code.intervalSeconds) : code.intervalSeconds;
    }
    if (/^expires(In|OnUtc)$/.test(name) && typeof value === 'string') {
      return new Date(code.expiresAtMs).toISOString();
    }
    const whole = names.find((one) => recorded[one] === value);
    if (whole !== undefined) return values[whole];
    if (typeof value !== 'string') return value;
    return inside.reduce(
      (text, one) => text.split(recorded[one] ?? '').join(values[one] ?? ''),
      value,
    );
  };
  return replaced(body, '');
}

const refused = (status: number, body: unknown): RecordedReply => ({
  status,
  body,
  from: 'unverified',
});

/**
 * A system made of its recorded exchanges, without HTTP: which code a request is about, what it is
 * answered, and what a person decides.
 *
 * @param options.recordings the system's own, and those of the sign-in that comes first
 * @param options.address where it answers, known as soon as it listens
 */
export function createEngine(options: {
  name: string;
  recordings: readonly [Recording, ...Recording[]];
  place: PagePlace;
  address: () => string;
  now: () => number;
  /** Refuses what is not as recorded: other fields, and types with parameters. */
  strict: boolean;
}) {
  const { name: systemName, recordings, place, now, strict } = options;
  const codes: IssuedCode[] = [];
  const changes = createChanges();

  /** The code that a secret in the request belongs to. */
  function codeWith(asked: Asked, ...names: readonly (keyof RecordedValues)[]) {
    return codes.find((code) =>
      names.some((name) => {
        const value = code.values[name];
        return value !== undefined && asked.text.includes(String(value));
      }),
    );
  }

  const sessionOf = (asked: Asked) => {
    const code = codeWith(asked, 'accessToken');
    return code === undefined || code.ended ? undefined : code;
  };

  function issue(one: Recording): Answer | undefined {
    const { intervalSeconds, lifetimeSeconds } = timesOf(one);
    const code: IssuedCode = {
      recording: one,
      values: newValues(one, `${options.address()}${place.page}`, options.address()),
      decision: 'none',
      used: false,
      ended: false,
      issuedAtMs: now(),
      lastPollAtMs: now(),
      intervalSeconds,
      expiresAtMs: now() + lifetimeSeconds * 1000,
      polls: 0,
    };
    codes.splice(0, codes.length, ...codes.filter((other) => !isForgotten(other, now())), code);
    return filled('device', 'device', code);
  }

  /** The recorded reply of that name; undefined when the system has none. */
  function answered(one: Recording, call: CallName, name: ReplyName): Answer | undefined {
    const reply = one.replies[name];
    return reply && { reply, call, name };
  }

  /** The same, with the values of a code in it. */
  function filled(call: CallName, name: ReplyName, code: IssuedCode): Answer | undefined {
    const { recording: one } = code;
    const answer = answered(one, call, name);
    if (answer === undefined) return undefined;
    const body = withValues(answer.reply.body, one.variables, code);
    return { ...answer, reply: { ...answer.reply, body }, code };
  }

  /** @returns undefined when nothing in the request fits this call */
  function answerTo({ recording: one, name }: Candidate, asked: Asked): Answer | undefined {
    const { standIn: facts, variables } = one;
    const needsSession = facts.firstSignIn !== undefined && (name === 'device' || name === 'poll');
    if (needsSession && sessionOf(asked) === undefined) {
      return { reply: refused(401, { message: 'The session is not valid.' }), call: name };
    }
    switch (name) {
      case 'prepare':
        return answered(one, name, 'prepared');
      case 'device':
        return issue(one);
      case 'poll': {
        const byUserCode = facts.polledBy === 'userCode' || variables.deviceCode === undefined;
        const code = codeWith(asked, byUserCode ? 'userCode' : 'deviceCode');
        return code && filled(name, pollReply(code, now()), code);
      }
      case 'redeem': {
        const code = codeWith(asked, 'deviceCode', 'intermediate');
        if (code?.decision !== 'approved' || code.used) return undefined;
        code.used = true;
        return filled(name, 'redeemed', code);
      }
      case 'refresh': {
        const code = codeWith(asked, 'refreshToken');
        if (code === undefined || code.ended) return undefined;
        code.values = { ...code.values, ...newTokens(variables) };
        return filled(name, 'refreshed', code);
      }
      case 'revoke': {
        const code = codeWith(asked, 'accessToken', 'refreshToken');
        if (code !== undefined) code.ended = true;
        return answered(one, name, 'revoked');
      }
      case 'account':
        return sessionOf(asked) && answered(one, name, 'account');
      default:
        return assertNever(name);
    }
  }

  function refusalOf(candidate: Candidate | undefined): Answer {
    if (candidate === undefined) return { reply: refused(404, { error: 'not_found' }) };
    const { recording: one, name } = candidate;
    const error_description = complaint(candidate, strict);
    if (error_description !== undefined) {
      return {
        reply: refused(400, { error: 'invalid_request', error_description }),
        call: name,
      };
    }
    if (name === 'account') {
      return { reply: refused(401, { error: 'invalid_token' }), call: name };
    }
    const dead = name === 'refresh' ? 'refreshRefused' : 'expired';
    return (
      answered(one, name, dead) ?? { reply: refused(400, { error: 'invalid_grant' }), call: name }
    );
  }

  function answer(asked: Asked): Answer {
    const possible = candidates(recordings, asked);
    for (const candidate of possible) {
      const wrong = complaint(candidate, strict);
      const given = wrong === undefined ? answerTo(candidate, asked) : undefined;
      if (given !== undefined) return given;
    }
    return refusalOf(possible[0]);
  }

  function page(asked: Asked): string {
    const given = Object.values(asked.fields).map((value) => String(value).trim().toUpperCase());
    const code = codes.find((one) => given.includes(one.values.userCode.toUpperCase()));
    const decision = asked.fields['decision'];
    if (asked.method !== 'POST') return codePage(place, code?.values.userCode ?? '');
    const problem = problemWith(code, now());
    if (code === undefined || problem !== undefined) return codePage(place, '', problem);
    if (decision !== 'approved' && decision !== 'denied') {
      return decisionPage(place, code.values.userCode, code.recording.replies.denied === undefined);
    }
    code.decision = decision;
    changes.tell();
    return endPage(place, decision === 'approved');
  }

  function stateOf(code: IssuedCode): CodeState {
    const { signIn } = code.recording;
    const { userCode, verificationUri = '' } = code.values;
    return {
      system: systemName,
      userCode,
      clientId: String(signIn['clientId'] ?? ''),
      scope: String(signIn['scope'] ?? ''),
      verificationUri,
      verificationUriComplete: verificationUri,
      status: statusOf(code, now()),
      account: code.decision === 'approved' ? 'ada' : null,
      issuedAt: code.issuedAtMs,
      expiresAt: code.expiresAtMs,
      intervalSeconds: code.intervalSeconds,
      nextPollAt: nextPollAtMs(code),
      polls: code.polls,
    };
  }

  const orders: OtherSystem = {
    title: `The stand-in of ${place.system}`,
    accounts: ['ada'],
    codes: () => codes.map(stateOf),
    decide(userCode, decision) {
      const wanted = normalizeUserCode(userCode);
      const code = codes.find((one) => normalizeUserCode(one.values.userCode) === wanted);
      if (code === undefined) return;
      if (decision === 'expired') code.expiresAtMs = Math.min(code.expiresAtMs, now() - 1);
      else code.decision = decision;
      changes.tell();
    },
    endSessions() {
      for (const code of codes) if (code.used) code.ended = true;
    },
    onChange: (listener) => {
      changes.subscribe(listener);
    },
  };

  return {
    codes: (): readonly IssuedCode[] => codes,
    orders,
    /** Answers a call of the TV or the relay. */
    answer(asked: Asked): Answer {
      const given = answer(asked);
      changes.tell();
      return given;
    },
    /** The page on which a person decides, or what follows. */
    page,
    /** Whether a request is a call of the system, wherever its page is. */
    isCall: (asked: Asked) => candidates(recordings, asked).length > 0,
  };
}
