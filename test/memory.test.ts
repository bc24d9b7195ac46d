import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type SeenRequest,
  sendJson,
  startTestServer,
  type TestServer,
} from '../src/oauth/testing/http-server';
import { launchBrowser } from './browser';
import { settingsWith, startServers } from './servers';
import { choose } from './session-steps';
import { openTv, type Tv } from './tv';

/** 100 kB on the wire. */
const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
/**
 * Garbage that waits to be collected is part of what is measured: up to 45 MB where a whole screen is
 * drawn meanwhile. A body that is read whole takes 400 and more.
 */
const maxGrowthMb = 30;
const hasProc = existsSync('/proc/self/clear_refs');
if (!hasProc) console.warn('NOT TESTED: this system does not tell how much memory a process took.');

type Endpoint = 'metadata' | 'device' | 'token' | 'refresh' | 'userinfo' | 'revocation';

function endpointOf({ path: where, form }: SeenRequest): Endpoint | undefined {
  if (where.includes('/.well-known/')) return 'metadata';
  if (where === '/device') return 'device';
  if (where === '/token') return form['grant_type'] === 'refresh_token' ? 'refresh' : 'token';
  if (where === '/userinfo') return 'userinfo';
  return where === '/revoke' ? 'revocation' : undefined;
}

/** An authorization server that answers some calls with what unpacks to 100 MB. */
async function startBomber() {
  const replies = new Map<Endpoint, 'bomb' | 'nonsense'>();
  const counts = new Map<Endpoint, number>();
  let approved = false;
  const tokens = () => ({
    access_token: `access-${Math.random()}`,
    refresh_token: `refresh-${Math.random()}`,
    token_type: 'Bearer',
    expires_in: 20,
  });
  const answers: Record<Endpoint, () => [status: number, body: object]> = {
    metadata: () => [
      200,
      {
        issuer: server.url,
        device_authorization_endpoint: `${server.url}/device`,
        token_endpoint: `${server.url}/token`,
        userinfo_endpoint: `${server.url}/userinfo`,
        revocation_endpoint: `${server.url}/revoke`,
      },
    ],
    device: () => [
      200,
      {
        device_code: 'DC',
        user_code: 'WDJB-MJHT',
        verification_uri: `${server.url}/enter`,
        expires_in: 600,
        interval: 1,
      },
    ],
    token: () => (approved ? [200, tokens()] : [400, { error: 'authorization_pending' }]),
    refresh: () => [200, tokens()],
    userinfo: () => [200, { sub: 'ada', name: 'Ada Lovelace' }],
    revocation: () => [200, {}],
  };
  const allowed = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': '*, Authorization',
  };
  const answer = (request: SeenRequest, response: ServerResponse) => {
    const endpoint = endpointOf(request);
    if (request.method === 'OPTIONS' || endpoint === undefined) {
      response.writeHead(204, allowed).end();
      return;
    }
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
    if (replies.get(endpoint) === 'nonsense') {
      sendJson(response, 200, [], allowed);
      return;
    }
    if (replies.get(endpoint) === 'bomb') {
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
      response.writeHead(200, { ...headers, ...allowed }).end(bomb);
      return;
    }
    const [status, body] = answers[endpoint]();
    sendJson(response, status, body, allowed);
  };
  const server: TestServer = await startTestServer(answer);
  return {
    url: server.url,
    close: server.close,
    replies,
    count: (endpoint: Endpoint) => counts.get(endpoint) ?? 0,
    approve() {
      approved = true;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The highest that a process's memory rises while something is done. */
async function peakMb(pid: number, work: () => Promise<unknown>): Promise<number> {
  // Forgets the highest point so far (proc_pid_clear_refs(5)).
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  await work();
  // A reply that was asked for last is read now.
  await pause(1000);
  const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** How far it rises above where it is when nothing is done, which collected garbage moves too. */
async function growthMb(
  pid: number,
  work: () => Promise<unknown>,
  usualMb?: number,
): Promise<number> {
  const idleMb = usualMb ?? (await peakMb(pid, () => pause(3000)));
  return Math.round((await peakMb(pid, work)) - idleMb);
}

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe.runIf(hasProc)('the TV’s memory', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser.close());

  /** The process that runs the app: the one that works hardest. */
  async function rendererPid(): Promise<number> {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    const hardest = renderers.sort((a, b) => b.cpuTime - a.cpuTime)[0];
    if (hardest === undefined) throw new Error('The browser has no renderer.');
    return hardest.id;
  }

  it('stays within 30 MB of idle when a reply at any endpoint unpacks to 100 MB', async () => {
    const bomber = await startBomber();
    const settings = settingsWith({ issuer: bomber.url, dpop: 'off', scope: 'openid' });
    const servers = await startServers({ settings });
    open.push(bomber, servers);
    bomber.replies.set('metadata', 'bomb');
    const tv: Tv = await openTv(browser, servers.appUrl);
    open.push(tv);
    await tv.seesScreen('signed-out');
    // Letters, pictures and compiled code of the screens come once.
    await tv.press('Enter');
    await tv.seesScreen('failed');
    bomber.replies.clear();
    const pid = await rendererPid();
    const grown: Partial<Record<Endpoint, number>> = {};
    const stage = async (
      endpoint: Endpoint,
      work: () => Promise<void>,
      { usualMb, maxTries = 3 }: { usualMb?: number; maxTries?: number } = {},
    ) => {
      let from = 0;
      const bombed = () => {
        from = bomber.count(endpoint);
        bomber.replies.set(endpoint, 'bomb');
        return work();
      };
      grown[endpoint] = await growthMb(pid, bombed, usualMb);
      // Garbage that waits to be collected counts too: a body that is read whole shows every time.
      for (let tries = 1; (grown[endpoint] ?? 0) >= maxGrowthMb && tries < maxTries; tries++) {
        grown[endpoint] = Math.min(grown[endpoint] ?? 0, await growthMb(pid, bombed, usualMb));
      }
      bomber.replies.clear();
      expect(bomber.count(endpoint), endpoint).toBeGreaterThan(from);
    };
    const asked = (endpoint: Endpoint, times: number) => {
      const from = bomber.count(endpoint);
      return expect
        .poll(() => bomber.count(endpoint), { timeout: 60_000 })
        .toBeGreaterThanOrEqual(from + times);
    };
    const once = { maxTries: 1 };
    const fail = async (endpoint: Endpoint) => {
      const request = asked(endpoint, 1);
      await tv.press('Enter');
      // After some tries in quick succession the app waits before the next.
      await request;
      await tv.seesScreen('failed', 60_000);
    };
    // Drawing a screen takes memory too: the same is done with a small reply first.
    bomber.replies.set('metadata', 'nonsense');
    await fail('metadata');
    const failingMb = await peakMb(pid, () => fail('metadata'));
    await stage('metadata', () => fail('metadata'), { ...once, usualMb: failingMb });
    await stage('device', () => fail('device'), { ...once, usualMb: failingMb });
    await tv.press('Enter');
    // The app has asked for several codes by now, and waits.
    await tv.seesScreen('showing-code', 60_000);
    await asked('token', 1);
    const pollingMb = await peakMb(pid, () => asked('token', 3));
    await stage('token', () => asked('token', 3), { usualMb: pollingMb });
    await stage(
      'userinfo',
      async () => {
        bomber.approve();
        await tv.seesScreen('signed-in', 60_000);
      },
      once,
    );
    const refreshingMb = await peakMb(pid, () => asked('refresh', 2));
    await stage('refresh', () => asked('refresh', 2), { usualMb: refreshingMb });
    await stage(
      'revocation',
      async () => {
        const revoked = asked('revocation', 1);
        await choose(tv, 'sign-out');
        await expect.poll(() => tv.focused()).toBe('confirm-sign-out');
        await tv.press('Enter');
        await tv.seesScreen('signed-out');
        await revoked;
      },
      once,
    );
    console.log(`MB over idle: ${JSON.stringify(grown)}`);
    expect(tv.faults).toEqual([]);
    for (const [endpoint, mb] of Object.entries(grown)) {
      const drawsMuch = endpoint === 'metadata' || endpoint === 'device';
      expect(mb, endpoint).toBeLessThan(drawsMuch ? 2 * maxGrowthMb : maxGrowthMb);
    }
  }, 240_000);
});

describe.runIf(hasProc)('the relay’s memory', () => {
  const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'relay-process.ts');

  /** Starts the development server in a process of its own. @returns it and the app's port */
  async function startRelay(settings: unknown): Promise<{ child: ChildProcess; port: number }> {
    const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(settings)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    open.push({ close: async () => child.kill() });
    const port = await new Promise<number>((resolve) => {
      child.stdout?.once('data', (text: Buffer) => resolve(Number(text)));
    });
    return { child, port };
  }

  it('stays within 30 MB of idle when replies unpack to 100 MB', async () => {
    const bomber = await startBomber();
    open.push(bomber);
    const endpoints = { deviceAuthorization: `${bomber.url}/device`, token: `${bomber.url}/token` };
    const settings = settingsWith({ issuer: undefined, endpoints, relay: '/relay' });
    const { child, port } = await startRelay(settings);
    const origin = `http://localhost:${port}`;
    const call = async (endpoint: 'device' | 'token') => {
      const target = `${origin}/relay/${bomber.url.replace('://', '/')}/${endpoint}`;
      const response = await fetch(target, { method: 'POST', headers: { Origin: origin } });
      return `${response.status} ${await response.text()}`;
    };
    for (let times = 0; times < 5; times++) expect(await call('device')).toMatch(/^200 .*WDJB/);
    bomber.replies.set('token', 'bomb');
    const grown = await growthMb(child.pid ?? 0, async () => {
      for (let times = 0; times < 5; times++) {
        expect(await call('token')).toMatch(/^502 .*relay_reply_too_long/);
      }
    });
    console.log(`MB over idle: relay ${grown}`);
    expect(grown).toBeLessThan(maxGrowthMb);
  }, 60_000);
});
