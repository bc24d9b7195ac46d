import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type RecordedReply,
  type RecordedValues,
  type Recording,
  recordingNamed,
} from '../../../src/device-grant/testing/recording.ts';
import { listen } from '../listen.ts';
import { publicHost } from '../public-host.ts';
import { type IssuedCode, pollReply, problemWith, timesOf } from './codes.ts';
import { standInNamed } from './names.ts';
import { codePage, decisionPage, type PagePlace, pageStyle, resultPage } from './page.ts';
import { type Asked, type Candidate, candidates } from './recognise.ts';
import { newTokens, newValues } from './values.ts';

/** A stand-in that runs, and what the TV app has to know to sign in to it. */
export interface StandIn {
  system: string;
  url: string;
  port: number;
  /** Where a phone types the code. */
  pageUrl: string;
  /** `appSettings.signIn`. */
  signIn: Readonly<Record<string, unknown>>;
  /** What the relay adds, so that the TV does not have it. */
  clientSecret?: string;
  close(): Promise<void>;
}

const longestBody = 64 * 1024;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= longestBody) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function askedOf(request: IncomingMessage, url: URL, body: string): Asked {
  const type = request.headers['content-type'] ?? '';
  let inBody: Record<string, unknown> = {};
  if (type.startsWith('application/x-www-form-urlencoded')) {
    inBody = Object.fromEntries(new URLSearchParams(body));
  } else if (type.startsWith('application/json')) {
    try {
      inBody = JSON.parse(body) as Record<string, unknown>;
    } catch {
      // What cannot be read has no fields.
    }
  }
  const fields = { ...Object.fromEntries(url.searchParams), ...inBody };
  const { authorization = '', 'x-plex-token': plexToken = '' } = request.headers;
  const text = [
    decodeURIComponent(url.pathname),
    ...Object.values(fields).map(String),
    authorization,
    plexToken,
  ].join('\n');
  return { method: request.method ?? '', url, fields, text };
}

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
      return new Date(code.issuedAtMs + code.lifetimeSeconds * 1000).toISOString();
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

/** Settings with which the TV app signs in to a stand-in. */
function settingsFor(recording: Recording, url: string): StandIn['signIn'] {
  const { clientSecret, ...signIn } = recording.signIn;
  const { standIn } = recording;
  const options = { ...(signIn['providerOptions'] as Record<string, string> | undefined) };
  if (standIn.firstSignIn !== undefined) {
    const first = recordingNamed(standIn.firstSignIn);
    // The session comes of a sign-in, as it does with a real server.
    delete options['sessionToken'];
    Object.assign(options, {
      tenant: (first.signIn['providerOptions'] as Record<string, string>)['tenant'],
    });
  }
  if (standIn.authorityOption || standIn.firstSignIn !== undefined) options['authority'] = url;
  return {
    ...signIn,
    issuer: `${url}${standIn.issuerPath ?? ''}`,
    allowInsecureHttp: true,
    ...(Object.keys(options).length === 0 ? {} : { providerOptions: options }),
    ...(standIn.cors && clientSecret === undefined ? {} : { relay: 'relay' }),
  };
}

const refused = (status: number, body: unknown): RecordedReply => ({
  status,
  body,
  from: 'unverified',
});

/**
 * Starts a stand-in of a system, made of its recorded exchanges: it issues codes, keeps the
 * system's pace, and lets a person decide on a page.
 *
 * @param options.name see {@link standInNamed}
 * @param options.port 0 picks a free one
 * @throws Error for an unknown name, PortTaken
 */
export async function startStandIn(options: {
  name: string;
  host: string;
  port: number;
  now?: () => number;
}): Promise<StandIn> {
  const recording = recordingNamed(standInNamed(options.name));
  const { standIn } = recording;
  const recordings =
    standIn.firstSignIn === undefined
      ? [recording]
      : [recording, recordingNamed(standIn.firstSignIn)];
  const now = options.now ?? Date.now;
  const pagePath = standIn.page ?? '/device';
  const place: PagePlace = {
    page: pagePath,
    style: '/stand-in.css',
    system: recording.system,
  };
  const codes: IssuedCode[] = [];
  let url = '';

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

  function issue(one: Recording): RecordedReply | undefined {
    const code: IssuedCode = {
      recording: one,
      values: newValues(one.variables, `${url}${pagePath}`, url),
      decision: 'none',
      used: false,
      ended: false,
      issuedAtMs: now(),
      lastPollAtMs: now(),
      ...timesOf(one),
    };
    codes.push(code);
    return filled(one.replies.device, code);
  }

  const filled = (reply: RecordedReply | undefined, code: IssuedCode): RecordedReply | undefined =>
    reply && { ...reply, body: withValues(reply.body, code.recording.variables, code) };

  /** @returns undefined when nothing in the request fits this call */
  function answerTo({ recording: one, name }: Candidate, asked: Asked): RecordedReply | undefined {
    const { replies, standIn: facts, variables } = one;
    const needsSession = facts.firstSignIn !== undefined && (name === 'device' || name === 'poll');
    if (needsSession && sessionOf(asked) === undefined) {
      return refused(401, { message: 'The session is not valid.' });
    }
    switch (name) {
      case 'prepare':
        return replies.prepared;
      case 'device':
        return issue(one);
      case 'poll': {
        const byUserCode = facts.polledBy === 'userCode' || variables.deviceCode === undefined;
        const code = codeWith(asked, byUserCode ? 'userCode' : 'deviceCode');
        return code && filled(pollReply(code, now()), code);
      }
      case 'redeem': {
        const code = codeWith(asked, 'deviceCode', 'intermediate');
        if (code?.decision !== 'approved' || code.used) return undefined;
        code.used = true;
        return filled(replies.redeemed, code);
      }
      case 'refresh': {
        const code = codeWith(asked, 'refreshToken');
        if (code === undefined || code.ended) return undefined;
        code.values = { ...code.values, ...newTokens(variables) };
        return filled(replies.refreshed, code);
      }
      case 'revoke': {
        const code = codeWith(asked, 'accessToken', 'refreshToken');
        if (code !== undefined) code.ended = true;
        return replies.revoked;
      }
      case 'account':
        return sessionOf(asked) && replies.account;
    }
  }

  function refusalOf(candidate: Candidate | undefined): RecordedReply {
    if (candidate === undefined) return refused(404, { error: 'not_found' });
    const { recording: one, name, missing } = candidate;
    if (missing.length > 0) {
      return refused(400, {
        error: 'invalid_request',
        error_description: `Missing: ${missing.join(', ')}`,
      });
    }
    if (name === 'refresh')
      return one.replies.refreshRefused ?? refused(400, { error: 'invalid_grant' });
    if (name === 'account') return refused(401, { error: 'invalid_token' });
    return one.replies.expired ?? refused(400, { error: 'invalid_grant' });
  }

  function answer(asked: Asked): RecordedReply {
    const possible = candidates(recordings, asked);
    for (const candidate of possible) {
      const reply = candidate.missing.length === 0 ? answerTo(candidate, asked) : undefined;
      if (reply !== undefined) return reply;
    }
    return refusalOf(possible[0]);
  }

  function page(asked: Asked): string {
    const given = Object.values(asked.fields).map((value) => String(value).trim().toUpperCase());
    const code = codes.find((one) => given.includes(one.values.userCode.toUpperCase()));
    const decision = asked.fields['decision'];
    if (asked.method === 'GET') return codePage(place, code?.values.userCode ?? '');
    const problem = problemWith(code, now());
    if (code === undefined || problem !== undefined) return codePage(place, '', problem);
    if (decision !== 'approved' && decision !== 'denied') {
      return decisionPage(place, code.values.userCode, code.recording.replies.denied === undefined);
    }
    code.decision = decision;
    return resultPage(place, decision === 'approved');
  }

  function send(response: ServerResponse, reply: RecordedReply): void {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(
      reply.body === null || reply.status === 204
        ? undefined
        : typeof reply.body === 'string'
          ? reply.body
          : JSON.stringify(reply.body),
    );
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '/', url);
    const asked = askedOf(request, target, await bodyOf(request));
    if (standIn.cors && request.headers.origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', request.headers.origin);
      response.setHeader('Vary', 'Origin');
      if (request.method === 'OPTIONS') {
        const wanted = request.headers['access-control-request-headers'];
        response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE');
        if (wanted !== undefined) response.setHeader('Access-Control-Allow-Headers', wanted);
        response.writeHead(204).end();
        return;
      }
    }
    if (target.pathname === place.style) {
      response.writeHead(200, { 'Content-Type': 'text/css' }).end(pageStyle);
    } else if (target.pathname === '/' && request.method === 'GET') {
      response.writeHead(302, { Location: pagePath }).end();
    } else if (
      target.pathname === pagePath &&
      candidates(recordings, asked).length === 0 &&
      request.method !== 'OPTIONS'
    ) {
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'Content-Security-Policy':
          "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'",
      });
      response.end(page(asked));
    } else send(response, answer(asked));
  }

  const listening = await listen(
    (request, response) => {
      handle(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(400);
        response.end();
      });
    },
    { host: options.host, port: options.port, variable: 'AUTH_PORT' },
  );
  url = `http://${publicHost(options.host)}:${listening.port}`;
  const secret = recording.signIn['clientSecret'];
  return {
    system: recording.system,
    url,
    port: listening.port,
    pageUrl: `${url}${pagePath}`,
    signIn: settingsFor(recording, url),
    ...(typeof secret === 'string' ? { clientSecret: secret } : {}),
    close: listening.close,
  };
}
