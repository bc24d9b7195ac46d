import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import WebSocket from 'ws';
import type { EnginePage } from './engine-page.ts';

type Reply = { result?: Record<string, unknown>; error?: { message: string } };
type Heard = (parameters: Record<string, unknown>) => void;

/** A connection to one page over the DevTools protocol, as far as Chromium 64 speaks it. */
interface Connection {
  send(method: string, parameters?: Record<string, unknown>): Promise<Record<string, unknown>>;
  on(event: string, listener: Heard): void;
  close(): void;
}

const launchLimitMs = 20_000;
const commandLimitMs = 30_000;

async function connect(address: string): Promise<Connection> {
  const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 0 });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  const listeners = new Map<string, Heard[]>();
  let lastId = 0;
  const answerAll = (message: string) => {
    for (const answer of waiting.values()) answer({ error: { message } });
    waiting.clear();
  };
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Reply & {
      id?: number;
      method?: string;
      params?: Record<string, unknown>;
    };
    if (message.id !== undefined) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    } else if (message.method !== undefined) {
      for (const heard of listeners.get(message.method) ?? []) heard(message.params ?? {});
    }
  });
  socket.on('close', () => answerAll('the engine has closed the connection'));
  return {
    send(method, parameters = {}) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          waiting.delete(id);
          reject(new Error(`${method}: no answer for ${commandLimitMs / 1000} s`));
        }, commandLimitMs);
        waiting.set(id, ({ result, error }) => {
          clearTimeout(limit);
          if (error === undefined) resolve(result ?? {});
          else reject(new Error(`${method}: ${error.message}`));
        });
        socket.send(JSON.stringify({ id, method, params: parameters }));
      });
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    close: () => socket.close(),
  };
}

/** The address that Chromium prints when it is ready to be driven. */
function debuggingPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const limit = setTimeout(
      () => reject(new Error(`The engine did not start within 20 s:\n${printed}`)),
      launchLimitMs,
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const port = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(printed)?.[1];
      if (port === undefined) return;
      clearTimeout(limit);
      resolve(Number(port));
    });
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`The engine ended with ${code} while starting:\n${printed}`));
    });
    child.once('error', reject);
  });
}

async function pageAddress(port: number): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl?: string;
    }[];
    const page = list.find((one) => one.type === 'page')?.webSocketDebuggerUrl;
    if (page !== undefined) return page;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The engine opened no page.');
}

const keyNames: Readonly<Record<number, string>> = {
  8: 'Backspace',
  13: 'Enter',
  27: 'Escape',
  37: 'ArrowLeft',
  38: 'ArrowUp',
  39: 'ArrowRight',
  40: 'ArrowDown',
};

function faultOf(details: Record<string, unknown>): string {
  const { text, exception } = details as { text?: string; exception?: { description?: string } };
  return [text, exception?.description].filter((part) => part !== undefined).join(' ');
}

/** A page in a Chromium whose processes can be put to sleep, as a TV in standby does. */
export interface ChromiumPage extends EnginePage {
  /** Stops every process of the browser where it stands, without a word to the page. */
  freeze(): void;
  thaw(): void;
  /**
   * Sends a command of the DevTools protocol.
   *
   * @throws Error when the engine does not know or cannot do it
   */
  send(method: string, parameters?: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/**
 * Starts a Chromium of any age and drives its page.
 *
 * @param options.executable path of the browser
 * @param options.flags flags beyond those that every engine gets
 * @param options.libraries folders for the loader to look into, e.g. for NSS
 * @param options.profile where it keeps what survives switching off
 * @param options.before ES5 source that runs before the page's own scripts
 * @param options.size of the window in CSS pixels; default 1920 × 1080
 */
export async function openChromium(options: {
  executable: string;
  flags: readonly string[];
  libraries: readonly string[];
  profile: string;
  before?: string;
  size?: { width: number; height: number };
}): Promise<ChromiumPage> {
  const { width, height } = options.size ?? { width: 1920, height: 1080 };
  const child = spawn(
    options.executable,
    [
      '--headless',
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
      '--hide-scrollbars',
      '--remote-debugging-port=0',
      `--user-data-dir=${options.profile}`,
      `--window-size=${width},${height}`,
      ...options.flags,
      'about:blank',
    ],
    {
      cwd: path.dirname(options.executable),
      env: {
        ...process.env,
        LD_LIBRARY_PATH: [...options.libraries, process.env['LD_LIBRARY_PATH'] ?? '']
          .filter((folder) => folder !== '')
          .join(':'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A process group of its own, which a signal reaches as a whole.
      detached: true,
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const faults: string[] = [];
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // It has ended already.
    }
  };
  // Its own group would outlive this program.
  const endWithProgram = () => signal('SIGKILL');
  process.once('exit', endWithProgram);
  void ended.then(() => process.removeListener('exit', endWithProgram));
  try {
    const port = await debuggingPort(child);
    const connection = await connect(await pageAddress(port));
    connection.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
      faults.push(faultOf(exceptionDetails as Record<string, unknown>));
    });
    // Which servers refused is part of some tests; a refusal by the page's own policy never is.
    connection.on('Log.entryAdded', ({ entry }) => {
      const { level, text, source } = entry as { level: string; text: string; source: string };
      if (level === 'error' && source === 'security') faults.push(text);
    });
    let loaded: () => void = () => undefined;
    connection.on('Page.loadEventFired', () => loaded());
    await connection.send('Page.enable');
    await connection.send('Runtime.enable');
    await connection.send('Log.enable');
    await connection.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    if (options.before !== undefined) {
      await connection.send('Page.addScriptToEvaluateOnNewDocument', { source: options.before });
    }
    const whenLoaded = async (order: () => Promise<unknown>) => {
      const done = new Promise<void>((resolve) => {
        loaded = resolve;
      });
      await order();
      await done;
    };
    const key = (type: string, keyCode: number) => {
      const name = keyNames[keyCode];
      return connection.send('Input.dispatchKeyEvent', {
        type,
        windowsVirtualKeyCode: keyCode,
        nativeVirtualKeyCode: keyCode,
        key: name,
        code: name,
        // Without the character it makes, Enter does not press a focused button.
        text: type === 'keyDown' && keyCode === 13 ? '\r' : undefined,
      });
    };
    return {
      goto: (address) =>
        whenLoaded(async () => {
          const { errorText } = await connection.send('Page.navigate', { url: address });
          if (errorText !== undefined) throw new Error(`${address}: ${String(errorText)}`);
        }),
      reload: () => whenLoaded(() => connection.send('Page.reload')),
      async evaluate(expression) {
        const { result, exceptionDetails } = await connection.send('Runtime.evaluate', {
          expression,
          returnByValue: true,
          awaitPromise: true,
        });
        if (exceptionDetails !== undefined) {
          throw new Error(faultOf(exceptionDetails as Record<string, unknown>));
        }
        return (result as { value?: unknown } | undefined)?.value;
      },
      async pressKey(keyCode) {
        await key(keyCode === 13 ? 'keyDown' : 'rawKeyDown', keyCode);
        await key('keyUp', keyCode);
      },
      async screenshot() {
        const { data } = await connection.send('Page.captureScreenshot', { format: 'png' });
        return Buffer.from(String(data), 'base64');
      },
      faults: () => Promise.resolve([...faults]),
      send: connection.send,
      freeze: () => signal('SIGSTOP'),
      thaw: () => signal('SIGCONT'),
      async close() {
        // Asked politely, it first writes down what the page has stored.
        connection.send('Browser.close').catch(() => signal('SIGTERM'));
        const slow = setTimeout(() => signal('SIGKILL'), 5000);
        await ended;
        clearTimeout(slow);
        connection.close();
        rmSync(path.join(options.profile, 'SingletonLock'), { force: true });
      },
    };
  } catch (error) {
    signal('SIGKILL');
    throw error;
  }
}
