import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RecordedReply, recordingNamed } from '../../../src/oauth/testing/recording.ts';
import type { OtherSystem } from '../authorization-server/control/control.ts';
import type { WireLog } from '../authorization-server/control/wire-log.ts';
import { pagePolicy } from '../authorization-server/verification/page-frame.ts';
import { listen } from '../listen.ts';
import { publicHost } from '../public-host.ts';
import { readRequest } from '../read-request.ts';
import { sourceOf } from '../source.ts';
import { createEngine } from './engine.ts';
import { logExchange } from './log-exchange.ts';
import { standInNamed } from './names.ts';
import { codePage, type PagePlace, pageStyle } from './page.ts';
import type { Asked } from './recognize.ts';
import { settingsFor } from './settings-for.ts';

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
  /** Its codes, for the control API. */
  orders: OtherSystem;
  close(): Promise<void>;
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
  const text = [
    decodeURIComponent(url.pathname),
    ...Object.values(fields).map(String),
    ...Object.values(request.headers).map(String),
  ].join('\n');
  return { method: request.method ?? '', url, fields, contentType: type, text };
}

const headersOf = (reply: RecordedReply) => ({
  'content-type': 'application/json',
  ...reply.headers,
});

/**
 * Starts a stand-in of a system, made of its recorded exchanges: it issues codes, keeps the
 * system's pace, and lets a person decide on a page.
 *
 * @param options.name see {@link standInNamed}
 * @param options.port 0 picks a free one
 * @param options.wire where its exchanges are logged
 * @param options.strict refuses requests with fields or content types that are not as recorded
 * @param options.allowedHosts names that this machine has besides its addresses
 * @param options.framedBy origins of the pages that may show the stand-in's page in a frame
 * @throws Error for an unknown name, PortTaken
 */
export async function startStandIn(options: {
  name: string;
  host: string;
  port: number;
  wire?: WireLog;
  now?: () => number;
  strict?: boolean;
  allowedHosts?: readonly string[] | undefined;
  framedBy?: () => readonly string[];
}): Promise<StandIn> {
  const name = standInNamed(options.name);
  const recording = recordingNamed(name);
  const { standIn } = recording;
  const pagePath = standIn.page ?? '/device';
  const place: PagePlace = {
    page: pagePath,
    style: '/stand-in.css',
    system: recording.title,
  };
  let url = '';
  const engine = createEngine({
    name,
    recordings:
      standIn.firstSignIn === undefined
        ? [recording]
        : [recording, recordingNamed(standIn.firstSignIn)],
    place,
    address: () => url,
    now: options.now ?? Date.now,
    strict: options.strict ?? false,
  });

  function send(response: ServerResponse, reply: RecordedReply): void {
    response.writeHead(reply.status, headersOf(reply));
    response.end(
      reply.body === null || reply.status === 204
        ? undefined
        : typeof reply.body === 'string'
          ? reply.body
          : JSON.stringify(reply.body),
    );
  }

  /** Shows where a code stands, or takes what a person decides on the page before. */
  function showPage(request: IncomingMessage, response: ServerResponse, asked: Asked): void {
    const isLooking = request.method === 'GET' || request.method === 'HEAD';
    // Any site can make a browser send a form.
    const isOwn = isLooking || sourceOf({ req: request, res: response }) === 'own';
    response.writeHead(isOwn ? 200 : 403, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': pagePolicy(options.framedBy?.() ?? []),
    });
    response.end(
      isOwn ? engine.page(asked) : codePage(place, '', 'Please start again on this page.'),
    );
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAtMs = Date.now();
    const target = new URL(request.url ?? '/', url);
    const body = await readRequest(request, response);
    if (body === undefined) {
      response.writeHead(413).end();
      return;
    }
    const asked = askedOf(request, target, body.toString());
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
      !engine.isCall(asked) &&
      request.method !== 'OPTIONS'
    ) {
      showPage(request, response, asked);
    } else {
      const answer = engine.answer(asked);
      if (options.wire !== undefined && request.method !== 'OPTIONS') {
        logExchange(options.wire, {
          system: name,
          startedAtMs,
          requestHeaders: request.headers,
          replyHeaders: { ...headersOf(answer.reply), ...response.getHeaders() },
          asked,
          answer,
          codes: engine.codes(),
        });
      }
      send(response, answer.reply);
    }
  }

  const listening = await listen(
    (request, response) => {
      handle(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(400);
        response.end();
      });
    },
    {
      host: options.host,
      port: options.port,
      variable: 'AUTH_PORT',
      allowedHosts: options.allowedHosts,
    },
  );
  url = `http://${publicHost(options.host, options.allowedHosts)}:${listening.port}`;
  const secret = recording.signIn['clientSecret'];
  return {
    system: recording.title,
    url,
    port: listening.port,
    pageUrl: `${url}${pagePath}`,
    signIn: settingsFor(recording, url),
    ...(typeof secret === 'string' ? { clientSecret: secret } : {}),
    orders: engine.orders,
    close: listening.close,
  };
}
