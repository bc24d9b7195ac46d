import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { indexedDbStore } from './store';
import { ada, grace, sessionHarness } from './testing/harness';
import { settle } from './testing/session-clock';

const never = new AbortController().signal;
const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
let said: string[] = [];

beforeEach(() => {
  said = [];
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((...given) => {
      said.push(given.map(String).join(' '));
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Everything in the store, also what lies in binary. */
async function everything(entries: [string, unknown][]): Promise<string> {
  let all = '';
  const look = (value: unknown): void => {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      all += Buffer.from(value as ArrayBuffer).toString('latin1');
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
    else all += ` ${String(value)}`;
  };
  for (const [key, value] of entries) {
    all += ` ${key}`;
    look(value);
  }
  return all;
}

it('a whole life of a session shows no token in events, reports, errors, logs or storage', async () => {
  const idb = new IDBFactory();
  const messages: unknown[] = [];
  const store = indexedDbStore(() => idb, 'tv');
  const joinTabs = () => (message: unknown) => messages.push(message);
  const tv = sessionHarness({ store, joinTabs });
  const seen: string[] = [];
  const look = async () => {
    await settle();
    seen.push(await everything(await store.entries()));
    seen.push(JSON.stringify(tv.session.diagnostics()));
  };

  await tv.session.restore();
  await tv.session.complete(tv.server.grant(ada), never);
  await look();
  const second = await tv.session.complete(tv.server.grant(grace), never);
  seen.push(JSON.stringify(second));
  await tv.clock.pass(8_000_000);
  await look();
  tv.server.down = true;
  await tv.clock.pass(8_000_000);
  await look();
  const failing = await tv.clock.run(tv.session.accessToken());
  expect(failing.type).toBe('transient-failure');
  seen.push(JSON.stringify(failing));
  await tv.session.signOut(['grace']);
  await look();
  tv.server.down = false;
  const next = tv.again();
  await next.session.restore();
  next.session.open('ada');
  await look();
  await next.session.signOut(['ada']);
  await look();
  expect(await store.entries()).toEqual([]);

  seen.push(JSON.stringify([tv.events, next.events, tv.accountEvents, next.accountEvents]));
  seen.push(JSON.stringify(messages), said.join());
  expect(tv.server.secrets.length).toBeGreaterThan(6);
  const all = seen.join('\n');
  for (const secret of tv.server.secrets) expect(all).not.toContain(secret);
  expect(all).toContain('Ada Lovelace');
});
