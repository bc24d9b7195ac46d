import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How one call is cut: on its preflight, before the server handles it, or before its reply arrives. */
export type Cut = 'preflight' | 'before' | 'after';

/** Header by which the network tells the server to cut a request. */
export const cutHeader = 'x-cut';

interface Grant {
  account: string;
  /** Thumbprint of the key that its tokens are bound to (RFC 9449 §6). */
  thumbprint: string | undefined;
  refreshToken: string;
  /** The token before it, while the newest has not been used. */
  previous?: string | undefined;
  accessToken: string;
}

/** What the server is, as far as tests change it. */
export interface BindingServerOptions {
  /** False for a server without DPoP. */
  advertises: boolean;
  /** False where browsers may not send the header `DPoP`. */
  allowsHeader: boolean;
  /** A rotated refresh token is good until its successor is used (RFC 9700 §4.14.2). */
  grace: boolean;
  /** Of a code, in seconds. */
  interval: number;
  /**
   * Calls to the token endpoint that are cut before they are handled, preflights not counted: the
   * next one where the lowest bit is set, and so on.
   */
  cuts: number;
}

/** An authorization server with DPoP, rotation and CORS, over HTTP. */
export interface BindingServer {
  url: string;
  options: BindingServerOptions;
  /** The viewer allows the newest code. */
  approve(account?: string): void;
  /** Grants that were made without a key. */
  bearerGrants(): number;
  /** Thumbprints of the keys of all grants, oldest first. */
  thumbprints(): readonly (string | undefined)[];
  /** Bound refresh tokens that came without a proof, or with another key's. */
  readonly misused: number;
  /** Every request that arrived, e.g. `POST /token with proof`. */
  readonly seen: string[];
  close(): Promise<void>;
}

const accessLifetimeSeconds = 600;

/** Checks a proof (RFC 9449 §4.3). @returns the thumbprint of its key (RFC 7638) */
function checkedProof(proof: string, method: string, url: string): string | undefined {
  const [header = '', claims = '', signature = ''] = proof.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { jwk, alg, typ } = read(header);
  const { htm, htu, jti } = read(claims);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const isRight = isSigned && alg === 'ES256' && typ === 'dpop+jwt' && jti !== undefined;
  if (!isRight || htm !== method || htu !== url) return undefined;
  const { crv, kty, x, y } = jwk;
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

interface Answer {
  status: number;
  members: Record<string, unknown>;
}

const error = (status: number, name: string): Answer => ({ status, members: { error: name } });

/** The server's own state: codes and grants, by the rules of RFC 8628, 6749 and 9449. */
function createModel(options: BindingServerOptions) {
  const secret = (kind: string) => `${kind}-${randomBytes(6).toString('hex')}`;
  const grants: Grant[] = [];
  const all: Grant[] = [];
  let code: { deviceCode: string; approvedBy?: string | undefined } | undefined;
  let misused = 0;

  const tokens = (grant: Grant): Answer => ({
    status: 200,
    members: {
      access_token: grant.accessToken,
      token_type: grant.thumbprint === undefined ? 'Bearer' : 'DPoP',
      expires_in: accessLifetimeSeconds,
      refresh_token: grant.refreshToken,
    },
  });

  function poll(deviceCode: string | undefined, thumbprint: string | undefined): Answer {
    if (code === undefined || code.deviceCode !== deviceCode) return error(400, 'invalid_grant');
    if (code.approvedBy === undefined) return error(400, 'authorization_pending');
    const account = code.approvedBy;
    code = undefined;
    const refreshToken = secret('refresh');
    const grant = { account, thumbprint, refreshToken, accessToken: secret('access') };
    grants.push(grant);
    all.push(grant);
    return tokens(grant);
  }

  function refresh(token: string | undefined, thumbprint: string | undefined): Answer {
    const grant = grants.find((one) => one.refreshToken === token || one.previous === token);
    if (grant === undefined || token === undefined) return error(400, 'invalid_grant');
    if (grant.thumbprint !== undefined && grant.thumbprint !== thumbprint) {
      misused++;
      return error(400, 'invalid_grant');
    }
    if (grant.refreshToken !== token && !options.grace) {
      // What looks like a theft ends the grant (RFC 9700 §4.14.2).
      grants.splice(grants.indexOf(grant), 1);
      return error(400, 'invalid_grant');
    }
    if (grant.refreshToken === token) grant.previous = token;
    grant.refreshToken = secret('refresh');
    grant.accessToken = secret('access');
    return tokens(grant);
  }

  return {
    approve(account: string) {
      if (code !== undefined) code.approvedBy = account;
    },
    all,
    misused: () => misused,
    device(): Answer {
      code = { deviceCode: secret('device') };
      return {
        status: 200,
        members: {
          device_code: code.deviceCode,
          user_code: 'WDJB-MJHT',
          verification_uri: 'https://id.example/device',
          expires_in: 900,
          interval: options.interval,
        },
      };
    },
    token: (form: URLSearchParams, thumbprint: string | undefined) =>
      form.get('grant_type') === 'refresh_token'
        ? refresh(form.get('refresh_token') ?? undefined, thumbprint)
        : poll(form.get('device_code') ?? undefined, thumbprint),
    revoke(token: string | null): Answer {
      const index = grants.findIndex((one) => one.refreshToken === token);
      if (index >= 0) grants.splice(index, 1);
      return { status: 200, members: {} };
    },
    userinfo(authorization: string | undefined, thumbprint: string | undefined): Answer {
      const grant = grants.find(({ accessToken, thumbprint: bound }) =>
        bound === undefined
          ? authorization === `Bearer ${accessToken}`
          : authorization === `DPoP ${accessToken}` && bound === thumbprint,
      );
      return grant === undefined
        ? error(401, 'invalid_token')
        : { status: 200, members: { sub: grant.account, name: `Name of ${grant.account}` } };
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, { status, members }: Answer): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'DPoP-Nonce',
  });
  response.end(JSON.stringify(members));
}

/** Starts the server on a free port of this machine. */
export async function startBindingServer(
  changes: Partial<BindingServerOptions> = {},
): Promise<BindingServer> {
  const options: BindingServerOptions = {
    advertises: true,
    allowsHeader: true,
    grace: true,
    interval: 5,
    cuts: 0,
    ...changes,
  };
  const model = createModel(options);
  const seen: string[] = [];
  let url = '';

  const metadata = (): Answer => ({
    status: 200,
    members: {
      issuer: url,
      device_authorization_endpoint: `${url}/device`,
      token_endpoint: `${url}/token`,
      userinfo_endpoint: `${url}/userinfo`,
      revocation_endpoint: `${url}/revoke`,
      ...(options.advertises ? { dpop_signing_alg_values_supported: ['ES256'] } : {}),
    },
  });

  const answer = (
    method: string,
    path: string,
    headers: IncomingMessage['headers'],
    body: string,
  ) => {
    const proof = headers['dpop'];
    const thumbprint =
      typeof proof === 'string' && options.advertises
        ? checkedProof(proof, method, url + path)
        : undefined;
    if (typeof proof === 'string' && options.advertises && thumbprint === undefined) {
      return error(400, 'invalid_dpop_proof');
    }
    const form = new URLSearchParams(body);
    if (path.includes('/.well-known/')) return metadata();
    if (path === '/userinfo') return model.userinfo(headers.authorization, thumbprint);
    if (method !== 'POST') return error(405, 'invalid_request');
    if (path === '/device') return model.device();
    if (path === '/revoke') return model.revoke(form.get('token'));
    return path === '/token' ? model.token(form, thumbprint) : error(404, 'not_found');
  };

  const isCut = (method: string, path: string): boolean => {
    if (path !== '/token' || method === 'OPTIONS') return false;
    const isNext = (options.cuts & 1) === 1;
    options.cuts >>= 1;
    return isNext;
  };

  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    // Browsers repeat by themselves what fails on a connection that was used before.
    response.setHeader('Connection', 'close');
    const { method = '', url: path = '', headers } = request;
    const cut = headers[cutHeader];
    if (cut === 'preflight' || cut === 'before' || isCut(method, path)) {
      request.socket.destroy();
      return;
    }
    seen.push(`${method} ${path}${headers['dpop'] === undefined ? '' : ' with proof'}`);
    if (method === 'OPTIONS') {
      const allowed = `Authorization, Content-Type${options.allowsHeader ? ', DPoP' : ''}`;
      const open = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': allowed };
      response.writeHead(204, open).end();
      return;
    }
    const right = answer(method, path, headers, body);
    if (cut === 'after') request.socket.destroy();
    else send(response, right);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    options,
    approve: (account = 'ada') => model.approve(account),
    bearerGrants: () => model.all.filter(({ thumbprint }) => thumbprint === undefined).length,
    thumbprints: () => model.all.map(({ thumbprint }) => thumbprint),
    get misused() {
      return model.misused();
    },
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
