import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import {
  choose,
  renewals,
  renewsOnWaking,
  shiftWallClock,
  signIn,
  smallScreen,
  wakeTogether,
} from './session-steps';
import type { Tv } from './tv';

const dayMs = 24 * 3600 * 1000;

const harness = tvHarness();

async function tvWith(before: () => void = () => undefined): Promise<Tv> {
  const tv = await harness.switchOn({
    viewport: smallScreen,
    before: async (page) => {
      await page.addInitScript(shiftWallClock, 0);
      await page.addInitScript(before);
    },
  });
  await tv.seesScreen('signed-out');
  return tv;
}

const kept = 'this TV stays signed in';
const notKept = 'This TV cannot keep your sign-in';

/** Changes the records of accounts in the page's database. */
function changeRecords(page: Page, change: 'damage' | 'replace' | 'move-on'): Promise<number> {
  return page.evaluate(
    (how) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('tv-sign-in');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const transaction = database.transaction('records', 'readwrite');
          const records = transaction.objectStore('records');
          let changed = 0;
          const cursor = records.openCursor();
          cursor.onsuccess = () => {
            const at = cursor.result;
            if (at === null) return;
            if (String(at.key).startsWith('account/')) {
              changed++;
              const value = at.value as { schema: number; content: { data: ArrayBuffer } };
              if (how === 'damage') new Uint8Array(value.content.data)[9]! ^= 0xff;
              if (how === 'move-on') value.schema = 99;
              at.update(how === 'replace' ? ['something', 'else', 7] : value);
            }
            at.continue();
          };
          transaction.oncomplete = () => {
            database.close();
            resolve(changed);
          };
        };
      }),
    change,
  );
}

describe('a TV whose storage does not work still signs in, and says that it will not last', () => {
  const absent = () => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
  };
  const forbidden = () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
  };
  const refused = () => {
    IDBFactory.prototype.open = () => {
      const request = new EventTarget();
      Object.defineProperty(request, 'error', {
        value: new DOMException('A mutation operation was attempted.', 'InvalidStateError'),
      });
      setTimeout(() => {
        (request as IDBOpenDBRequest).onerror?.(new Event('error'));
      }, 5);
      return request as IDBOpenDBRequest;
    };
  };
  const hanging = () => {
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
  };
  const full = () => {
    IDBObjectStore.prototype.put = function put() {
      this.transaction.abort();
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
  };
  const broken = () => {
    IDBDatabase.prototype.transaction = () => {
      throw new DOMException('The connection is closing.', 'InvalidStateError');
    };
  };

  it.each([
    { storage: 'absent', before: absent },
    { storage: 'forbidden', before: forbidden },
    { storage: 'refused when it is opened', before: refused },
    { storage: 'silent', before: hanging },
    { storage: 'full', before: full },
    { storage: 'always just closing', before: broken },
  ])(
    'a TV whose storage is $storage signs in, and says that it will not last',
    async ({ before }) => {
      const tv = await tvWith(before);
      await signIn(tv, harness.servers);
      expect(await tv.text()).toContain(notKept);
      await choose(tv, 'sign-out');
      await expect.poll(() => tv.text()).toMatch(/storage \w*Error · .* · not kept/);
      await tv.press('Escape');
      // For this run it is a session like any other.
      await renewsOnWaking(tv, harness.servers, dayMs, ['ok']);
      await renewsOnWaking(tv, harness.servers, 2 * dayMs, ['ok', 'ok']);
      expect(await tv.screen()).toBe('signed-in');
      await tv.page.reload();
      await tv.seesScreen('signed-out');
      expect(await tv.focused()).toBe('sign-in');
    },
  );
});

describe('storage that fails on the way', () => {
  it('opens another connection to storage for the next renewal when one is lost', async () => {
    const tv = await tvWith();
    await signIn(tv, harness.servers);
    // Another page asks for the database in a newer form: the browser closes every other connection.
    await tv.page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const opening = indexedDB.open('tv-sign-in', 7);
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            opening.result.close();
            resolve();
          };
        }),
    );
    await wakeTogether([tv.page], dayMs);
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok']);
    expect(await tv.text()).toContain(kept);
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok', 'ok']);
  });

  it('says that the session lasts for this run only when storage is full at a rotation', async () => {
    const tv = await tvWith();
    await signIn(tv, harness.servers);
    expect(await tv.text()).toContain(kept);
    await tv.page.evaluate(() => {
      IDBObjectStore.prototype.put = function put() {
        this.transaction.abort();
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      };
    });
    await wakeTogether([tv.page], dayMs);
    await expect.poll(() => tv.text()).toContain(notKept);
    await renewsOnWaking(tv, harness.servers, 2 * dayMs, ['ok', 'ok']);
    expect(await tv.screen()).toBe('signed-in');
    // What is worthless by now must not look like a stolen token at the next start.
    await tv.page.reload();
    await tv.seesScreen('signed-out');
    expect(await renewals(harness.servers)).toEqual(['ok', 'ok']);
  });

  it('keeps the session, and writes it again, when storage is wiped while signed in', async () => {
    const tv = await tvWith();
    await signIn(tv, harness.servers);
    const cdp = await tv.page.context().newCDPSession(tv.page);
    await cdp.send('Storage.clearDataForOrigin', {
      origin: new URL(harness.servers.appUrl).origin,
      storageTypes: 'indexeddb',
    });
    await wakeTogether([tv.page], dayMs);
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok']);
    expect(await tv.screen()).toBe('signed-in');
    expect(await tv.text()).toContain(kept);
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok', 'ok']);
  });
});

describe('storage that fails when the TV is switched on', () => {
  /** The first opens fail; a page says how many in its address. */
  const failing = () => {
    const { open } = IDBFactory.prototype;
    let left = Number(/[?&]failures=(\d+)/.exec(location.search)?.[1] ?? 0);
    IDBFactory.prototype.open = function opening(...given) {
      if (left-- > 0)
        throw new DOMException('Internal error opening backing store.', 'UnknownError');
      return open.apply(this, given);
    };
  };

  it('storage that fails when the TV is switched on is read again while the splash shows', async () => {
    const tv = await tvWith(failing);
    await signIn(tv, harness.servers);
    await tv.page.goto(`${harness.servers.appUrl}?failures=4`);
    await tv.seesScreen('signed-in', 10_000);
    expect(await tv.text()).toContain(kept);
  });

  it('storage that keeps failing is called unreadable after some seconds, and is read once more when asked', async () => {
    const tv = await tvWith(failing);
    await signIn(tv, harness.servers);
    await tv.page.goto(`${harness.servers.appUrl}?failures=30`);
    await tv.seesScreen('signed-out', 15_000);
    expect(await tv.text()).toContain('This TV’s memory could not be read');
    for (let presses = 0; presses < 3 && (await tv.screen()) === 'signed-out'; presses++) {
      await choose(tv, 'try-again');
      await tv.page.waitForTimeout(7000);
    }
    await tv.seesScreen('signed-in', 10_000);
    expect(await tv.text()).toContain(kept);
  });
});

describe('a record that cannot be read is set aside, and a new sign-in works', () => {
  it.each([
    { record: 'damaged', change: 'damage' },
    { record: 'of a foreign form', change: 'replace' },
    { record: 'of a later version', change: 'move-on' },
  ] as const)(
    'a record that is $record is quarantined, and a new sign-in works',
    async ({ change }) => {
      const tv = await tvWith();
      await signIn(tv, harness.servers);
      expect(await changeRecords(tv.page, change)).toBe(1);
      await tv.page.reload();
      await tv.seesScreen('signed-out');
      expect(await tv.text()).toContain('Please sign in once more');
      expect(await renewals(harness.servers)).toEqual([]);
      await signIn(tv, harness.servers);
      expect(await tv.text()).toContain(kept);
      await tv.page.reload();
      await tv.seesScreen('signed-in');
      await expect.poll(() => renewals(harness.servers)).toEqual(['ok']);
    },
  );

  it('a record sealed with a deleted key is quarantined, and a new sign-in works', async () => {
    const tv = await tvWith();
    await signIn(tv, harness.servers);
    await tv.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('tv-sign-in');
          opening.onsuccess = () => {
            const transaction = opening.result.transaction('records', 'readwrite');
            transaction.objectStore('records').delete('seal-key');
            transaction.oncomplete = () => {
              opening.result.close();
              resolve();
            };
          };
        }),
    );
    await tv.page.reload();
    await tv.seesScreen('signed-out');
    expect(await tv.text()).toContain('Please sign in once more');
    await signIn(tv, harness.servers);
    expect(await tv.text()).toContain(kept);
  });
});
