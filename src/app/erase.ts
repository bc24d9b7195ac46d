/** The databases of this app, for engines that cannot list them (Chromium before 72). */
export const ownDatabases = { records: 'tv-sign-in', preferences: 'tv-sign-in preferences' };

function deleteDatabase(factory: IDBFactory, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // While another tab holds it open this waits; that tab is asked to let go of it.
    const request = factory.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

async function deleteDatabases(factory: IDBFactory): Promise<void> {
  const listing = factory.databases?.().catch(() => []);
  const names = ((await listing) ?? []).map(({ name }) => name ?? '');
  const all = new Set(names.concat(ownDatabases.records, ownDatabases.preferences));
  await Promise.all(Array.from(all, (name) => deleteDatabase(factory, name)));
}

/** Storage that may not be used at all, as on some engines' file:// pages, holds nothing. */
async function unlessForbidden(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as { name?: unknown } | null)?.name !== 'SecurityError') throw error;
  }
}

/**
 * Deletes all that this origin has stored: databases, local and session storage, caches.
 *
 * @throws when some of it could not be deleted
 */
export async function eraseStorage(page: Window): Promise<void> {
  const engine = page as Partial<Pick<Window, 'caches' | 'localStorage' | 'sessionStorage'>>;
  await unlessForbidden(() => engine.localStorage?.clear());
  await unlessForbidden(() => engine.sessionStorage?.clear());
  await unlessForbidden(async () => {
    for (const name of (await engine.caches?.keys()) ?? []) await engine.caches?.delete(name);
  });
  await unlessForbidden(() => {
    const { indexedDB } = page as Partial<Pick<Window, 'indexedDB'>>;
    return indexedDB && deleteDatabases(indexedDB);
  });
}
