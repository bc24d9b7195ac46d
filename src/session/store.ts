import { del, entries, get, promisifyRequest, set, type UseStore } from 'idb-keyval';

/**
 * Where records are kept: keys and structured-cloneable values. Every call rejects when the storage
 * is absent, blocked, full or broken; a write that resolved survives a power cut.
 */
export interface RecordStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  entries(): Promise<[string, unknown][]>;
  /**
   * Reads and writes as one step, other tabs included.
   *
   * @param change gets the value or undefined; what it returns is written, undefined deletes, the
   * same value writes nothing. It must not wait, and may be called again when a connection broke.
   * @param beside an entry that is written in the same step, if `change` writes something: a power
   * cut leaves both or none
   */
  update(
    key: string,
    change: (old: unknown) => unknown,
    beside?: readonly [key: string, value: unknown],
  ): Promise<void>;
  /** Gives up a connection that does not answer: the next call opens another one. */
  reconnect?(): void;
  /** Whether site data was cleared in this run: what is missing then was not signed out. */
  wasCleared?(): boolean;
}

const storeName = 'records';

/** Errors of a connection that the browser closed under us: a new one may work. */
const closedErrors = ['InvalidStateError', 'AbortError', 'UnknownError'];

function open(factory: IDBFactory, name: string, version?: number): Promise<IDBDatabase> {
  // Without a version whatever is there gets opened, also what a later release of the app wrote.
  const request = factory.open(name, version);
  request.onupgradeneeded = () => {
    if (!request.result.objectStoreNames.contains(storeName)) {
      request.result.createObjectStore(storeName);
    }
  };
  return promisifyRequest(request).then((database) => {
    if (database.objectStoreNames.contains(storeName)) return database;
    const next = database.version + 1;
    database.close();
    return open(factory, name, next);
  });
}

/**
 * Keeps records in IndexedDB.
 *
 * @param factory gives the browser's `indexedDB`; may return undefined or throw where it is blocked
 * @param name name of the database
 */
export function indexedDbStore(factory: () => IDBFactory | undefined, name: string): RecordStore {
  let connection: Promise<IDBDatabase> | undefined;
  let cleared = false;

  const connect = (): Promise<IDBDatabase> => {
    if (connection !== undefined) return connection;
    const found = factory();
    if (found === undefined) {
      const error = new Error('IndexedDB is not available');
      error.name = 'NotSupportedError';
      throw error;
    }
    const opening = open(found, name);
    const forget = () => {
      if (connection === opening) connection = undefined;
    };
    connection = opening;
    opening.then((database) => {
      database.onclose = () => {
        cleared = true;
        forget();
      };
      database.onversionchange = ({ newVersion }) => {
        // Without a new version the database is to be deleted.
        if (newVersion === null) cleared = true;
        database.close();
        forget();
      };
    }, forget);
    return opening;
  };

  const use: UseStore = async (mode, work) => {
    const once = async () => {
      const database = await connect();
      // Engines from 2023 on leave writes in a cache unless asked: a power cut would undo a rotation.
      const transaction = database.transaction(storeName, mode, { durability: 'strict' });
      return work(transaction.objectStore(storeName));
    };
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof Error) && !(error instanceof DOMException)) throw error;
      if (!closedErrors.includes(error.name)) throw error;
      connection = undefined;
      return once();
    }
  };

  return {
    reconnect() {
      connection = undefined;
    },
    wasCleared: () => cleared,
    get: (key) => get<unknown>(key, use),
    set: (key, value) => set(key, value, use),
    delete: (key) => del(key, use),
    entries: async () => {
      const all = await entries<IDBValidKey, unknown>(use);
      return all.filter((entry): entry is [string, unknown] => typeof entry[0] === 'string');
    },
    update: (key, change, beside) =>
      use('readwrite', (store) => {
        const reading = store.get(key);
        reading.onsuccess = () => {
          try {
            const value = change(reading.result);
            if (value === reading.result) return;
            if (value === undefined) store.delete(key);
            else store.put(value, key);
            if (beside !== undefined) store.put(beside[1], beside[0]);
          } catch (error) {
            failure = error;
            try {
              store.transaction.abort();
            } catch {
              // Over already: the storage that refused to write may have ended it by itself.
            }
          }
        };
        let failure: unknown;
        return promisifyRequest(store.transaction).catch((error) => {
          throw failure ?? error;
        });
      }),
  };
}

/** Keeps records for this run only. */
export function memoryStore(): RecordStore {
  const records = new Map<string, unknown>();
  return {
    get: async (key) => records.get(key),
    set: async (key, value) => {
      records.set(key, value);
    },
    delete: async (key) => {
      records.delete(key);
    },
    entries: async () => Array.from(records),
    update: async (key, change, beside) => {
      const old = records.get(key);
      const value = change(old);
      if (value === old) return;
      if (value === undefined) records.delete(key);
      else records.set(key, value);
      if (beside !== undefined) records.set(...beside);
    },
  };
}
