import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { EnginePage } from './engine-page.ts';

const driver = '/usr/bin/WPEWebDriver';
const miniBrowser = [
  '/usr/lib/x86_64-linux-gnu/wpe-webkit-1.1/MiniBrowser',
  '/usr/lib/x86_64-linux-gnu/wpe-webkit-1.0/MiniBrowser',
  '/usr/lib/aarch64-linux-gnu/wpe-webkit-1.1/MiniBrowser',
];

/** Debian packages that bring WPE WebKit and its driver. */
export const wpePackages = 'wpewebkit-driver libwpewebkit-1.1-0';

/** Whether those packages are installed. */
export const hasWpe = (): boolean =>
  existsSync(driver) && miniBrowser.some((file) => existsSync(file));

const answerLimitMs = 30_000;

/** Keys that WebDriver knows; all others are sent as an event. */
const webDriverKeys: Readonly<Record<number, string>> = {
  8: '\ue003',
  13: '\ue007',
  27: '\ue00c',
  37: '\ue012',
  38: '\ue013',
  39: '\ue014',
  40: '\ue015',
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function order(url: string, method: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(answerLimitMs),
    body: JSON.stringify(body),
  });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error?: string; message?: string };
  throw new Error(`${method} ${url}: ${error ?? response.status} ${message ?? ''}`);
}

/** Notes what goes wrong from now on, and lets synthetic keys through as real ones look. */
const watch = `(function () {
  if (window.__faults) return;
  window.__faults = [];
  window.addEventListener('error', function (event) { window.__faults.push(String(event.message)); });
  window.addEventListener('unhandledrejection', function (event) {
    window.__faults.push(String(event.reason));
  });
  document.addEventListener('securitypolicyviolation', function (event) {
    window.__faults.push(event.violatedDirective + ' refused ' + event.blockedURI);
  });
})()`;

const syntheticKey = (keyCode: number) => `(function () {
  ['keydown', 'keyup'].forEach(function (type) {
    var event = new KeyboardEvent(type, { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'keyCode', { value: ${keyCode} });
    (document.activeElement || document.body).dispatchEvent(event);
  });
})()`;

/**
 * Starts WPE WebKit and drives its page. It forgets everything when it is switched off: driven by
 * WebDriver it always keeps its storage in memory.
 *
 * @throws Error when its packages are not installed
 */
export async function openWpe(): Promise<EnginePage> {
  const binary = miniBrowser.find((file) => existsSync(file));
  if (binary === undefined || !existsSync(driver)) {
    throw new Error(`WPE WebKit is not installed: apt-get install ${wpePackages}`);
  }
  const port = await freePort();
  // A process group of its own: the driver does not always take its browser along when it ends.
  const child = spawn(driver, [`--port=${port}`], { stdio: 'ignore', detached: true });
  const endAll = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // They have ended already.
    }
  };
  process.once('exit', endAll);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const base = `http://127.0.0.1:${port}`;
  let session = '';
  const inSession = (method: string, path: string, body?: unknown) =>
    order(`${base}/session/${session}${path}`, method, body);
  const evaluate = (expression: string) =>
    inSession('POST', '/execute/sync', { script: `return (${expression})`, args: [] });
  try {
    for (let attempt = 0; session === ''; attempt++) {
      try {
        const opened = (await order(`${base}/session`, 'POST', {
          capabilities: {
            alwaysMatch: {
              'wpe:browserOptions': { binary, args: ['--automation', '--headless'] },
            },
          },
        })) as { sessionId: string };
        session = opened.sessionId;
      } catch (error) {
        if (attempt === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
    return {
      async goto(address) {
        await inSession('POST', '/url', { url: address });
        await evaluate(watch);
      },
      async reload() {
        await inSession('POST', '/refresh', {});
        await evaluate(watch);
      },
      evaluate,
      async pressKey(keyCode) {
        const value = webDriverKeys[keyCode];
        if (value === undefined) {
          await evaluate(syntheticKey(keyCode));
          return;
        }
        await inSession('POST', '/actions', {
          actions: [
            {
              type: 'key',
              id: 'remote',
              actions: [
                { type: 'keyDown', value },
                { type: 'keyUp', value },
              ],
            },
          ],
        });
      },
      async screenshot() {
        return Buffer.from(String(await inSession('GET', '/screenshot')), 'base64');
      },
      faults: async () => (await evaluate('window.__faults || []')) as readonly string[],
      async close() {
        await inSession('DELETE', '').catch(() => undefined);
        endAll();
        await ended;
        process.removeListener('exit', endAll);
      },
    };
  } catch (error) {
    endAll();
    throw error;
  }
}
