import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { indexedDbStore, memoryStore, type RecordStore } from './store';

const stores: [string, () => RecordStore][] = [
  ['in IndexedDB', () => indexedDbStore(() => factory(), 'tv')],
  ['in memory', memoryStore],
];
let shared = new IDBFactory();
const factory = () => shared;

describe.each(stores)('records %s', (_name, make) => {
  it('records are read, listed and deleted', async () => {
    shared = new IDBFactory();
    const store = make();
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', { value: 1 });
    await store.set('b', { value: 2 });
    expect(await store.get('a')).toEqual({ value: 1 });
    await store.delete('a');
    expect(await store.entries()).toEqual([['b', { value: 2 }]]);
  });

  it('an update reads and writes as one step', async () => {
    shared = new IDBFactory();
    const store = make();
    const count = () => store.update('n', (old) => ((old as number | undefined) ?? 0) + 1);
    await Promise.all(Array.from({ length: 50 }, count));
    expect(await store.get('n')).toBe(50);
    await store.update('n', () => undefined);
    expect(await store.entries()).toEqual([]);
  });

  it('an update writes an entry beside it in the same step, and only when it writes', async () => {
    shared = new IDBFactory();
    const store = make();
    await store.set('a', 1);
    await store.update('a', (old) => old, ['b', 2]);
    expect(await store.entries()).toEqual([['a', 1]]);
    await store.update('a', () => 3, ['b', 2]);
    expect(await store.entries()).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    await store.update('a', () => undefined, ['b', 4]);
    expect(await store.entries()).toEqual([['b', 4]]);
  });

  it('records stay as they were when an update throws', async () => {
    shared = new IDBFactory();
    const store = make();
    await store.set('n', 1);
    const failing = store.update('n', () => {
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await store.get('n')).toBe(1);
  });
});

describe('IndexedDB', () => {
  it('IndexedDB is asked to write through to the disk', async () => {
    const asked: unknown[] = [];
    const idb = new IDBFactory();
    const store = indexedDbStore(() => idb, 'tv');
    await store.get('a');
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = idb.open('tv');
      request.onsuccess = () => resolve(request.result);
    });
    const prototype = Object.getPrototypeOf(database) as IDBDatabase;
    const original = prototype.transaction;
    prototype.transaction = function (...given) {
      asked.push(given[2]);
      return original.apply(this, given);
    };
    await store.set('a', 1);
    prototype.transaction = original;
    expect(asked).toEqual([{ durability: 'strict' }]);
  });

  it('the store rejects, and throws nothing, where IndexedDB is absent or blocked', async () => {
    await expect(indexedDbStore(() => undefined, 'tv').get('a')).rejects.toThrow('not available');
    const blocked = indexedDbStore(() => {
      throw new DOMException('Blocked', 'SecurityError');
    }, 'tv');
    await expect(blocked.set('a', 1)).rejects.toMatchObject({ name: 'SecurityError' });
    await expect(blocked.entries()).rejects.toMatchObject({ name: 'SecurityError' });
  });

  it('the store opens another connection when the browser closed one', async () => {
    const idb = new IDBFactory();
    const opened: IDBDatabase[] = [];
    const spying = {
      open: (name: string, version?: number) => {
        const request = idb.open(name, version);
        request.addEventListener('success', () => opened.push(request.result));
        return request;
      },
    } as unknown as globalThis.IDBFactory;
    const store = indexedDbStore(() => spying, 'tv');
    await store.set('a', 1);
    opened[0]?.close();
    await store.set('a', 2);
    expect(await store.get('a')).toBe(2);
    expect(opened).toHaveLength(2);
  });

  it('the store lets go of the database when it is to be deleted', async () => {
    const idb = new IDBFactory();
    const store = indexedDbStore(() => idb, 'tv');
    await store.set('a', 1);
    await new Promise((resolve) => {
      idb.deleteDatabase('tv').onsuccess = resolve;
    });
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', 2);
    expect(await store.get('a')).toBe(2);
  });

  it('the store works in a database of its name that another script has made', async () => {
    const idb = new IDBFactory();
    await new Promise<void>((resolve) => {
      const request = idb.open('tv', 7);
      request.onupgradeneeded = () => request.result.createObjectStore('theirs');
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
    });
    const store = indexedDbStore(() => idb, 'tv');
    await store.set('a', 1);
    expect(await store.get('a')).toBe(1);
  });
});
