import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { eraseStorage } from './erase';

const database = (factory: IDBFactory, name: string) =>
  new Promise<IDBDatabase>((resolve, reject) => {
    const request = factory.open(name);
    request.onsuccess = () => resolve(request.result as unknown as IDBDatabase);
    request.onerror = () => reject(request.error);
  });

const forbidden = (): never => {
  const error = new Error('Access is denied');
  error.name = 'SecurityError';
  throw error;
};

/** A page with what a test gives it; its types are the browser's. */
const pageWith = (parts: object) => parts as unknown as Window;

describe('erasing what an origin has stored', () => {
  it('deletes every database, also where the engine cannot list them', async () => {
    for (const lists of [true, false]) {
      const indexedDB = new IDBFactory();
      for (const name of ['tv-sign-in', 'tv-sign-in preferences']) {
        (await database(indexedDB, name)).close();
      }
      const factory = {
        deleteDatabase: indexedDB.deleteDatabase.bind(indexedDB),
        databases: lists ? () => indexedDB.databases() : undefined,
      };
      await eraseStorage(pageWith({ indexedDB: factory }));
      expect(await indexedDB.databases()).toEqual([]);
    }
  });

  it('deletes databases that are not its own', async () => {
    const indexedDB = new IDBFactory();
    (await database(indexedDB, 'channel')).close();
    await eraseStorage(pageWith({ indexedDB }));
    expect(await indexedDB.databases()).toEqual([]);
  });

  it('erasing comes to an end where the engine forbids every storage', async () => {
    const page = Object.defineProperties(
      {},
      Object.fromEntries(
        ['localStorage', 'sessionStorage', 'caches', 'indexedDB'].map((name) => [
          name,
          { get: forbidden },
        ]),
      ),
    );
    await eraseStorage(pageWith(page));
  });

  it('rejects where a storage cannot be emptied', async () => {
    const clear = () => {
      throw new Error('disk error');
    };
    await expect(eraseStorage(pageWith({ localStorage: { clear } }))).rejects.toThrow('disk error');
  });
});
