/* What the TV keeps. The console has the app's origin, so it reaches the same IndexedDB. */

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('The TV still uses its storage.'));
  });

const names = async () => (await indexedDB.databases()).map(({ name }) => name);

/** Deletes everything. The TV must not be running. */
export async function wipeStorage() {
  for (const name of await names()) await done(indexedDB.deleteDatabase(name));
}

function damageRecords(store) {
  return new Promise((resolve, reject) => {
    const request = store.openCursor();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor === null) return resolve();
      cursor.update({ damaged: new Uint8Array([0xde, 0xad]) });
      cursor.continue();
    };
  });
}

/** Overwrites every record with something that no version of the app has written. */
export async function damageStorage() {
  for (const name of await names()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      await damageRecords(database.transaction(store, 'readwrite').objectStore(store));
    }
    database.close();
  }
}
