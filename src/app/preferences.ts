import { chooseLanguage, type Language, languages } from '../i18n/index';
import { systemClock } from '../oauth/clock';
import type { MetadataCache } from '../oauth/discovery';
import { withTimeLimit } from '../oauth/time-limit';
import { indexedDbStore, memoryStore } from '../session/store';
import { ownDatabases } from './erase';

/** What is kept on this TV besides sessions: nothing secret, and nothing that must not be lost. */
export interface Preferences {
  /** The language the viewer chose, else undefined. */
  language(): Promise<Language | undefined>;
  setLanguage(language: Language): void;
  /** Random name of this installation, for servers that list a viewer's devices. */
  deviceId(): Promise<string>;
  metadataCache: MetadataCache;
  /** Forgets what this run remembers; what is stored is deleted by `erase.ts`. */
  forget(): void;
}

/** Storage that takes longer is not asked again in this run: all of this can be done without. */
const storageLimitMs = 1000;

const metadataKey = (issuer: string) => `metadata ${issuer}`;

function randomName(page: Window): string {
  const bytes = new Uint8Array(16);
  page.crypto.getRandomValues(bytes);
  return Array.from(bytes, (byte) => `0${byte.toString(16)}`.slice(-2)).join('');
}

/** @param page the window whose IndexedDB keeps the preferences, where it has one */
export function openPreferences(page: Window): Preferences {
  const kept = indexedDbStore(() => page.indexedDB, ownDatabases.preferences);
  let forThisRun = memoryStore();
  let silent = false;
  const asked = async (key: string): Promise<unknown> => {
    if (silent) return undefined;
    try {
      return await withTimeLimit(systemClock, storageLimitMs, kept.get(key));
    } catch (error) {
      silent = error instanceof Error && error.name === 'TimeoutError';
      return undefined;
    }
  };
  const reading = async (key: string): Promise<unknown> =>
    (await forThisRun.get(key)) ?? asked(key);
  const writing = async (key: string, value: unknown): Promise<void> => {
    await forThisRun.set(key, value);
    kept.set(key, value).catch(() => undefined);
  };
  return {
    async language() {
      const value = await reading('language');
      return languages.find((language) => language === value);
    },
    setLanguage(language) {
      void writing('language', language);
    },
    async deviceId() {
      const value = await reading('device ID');
      if (typeof value === 'string') return value;
      const name = randomName(page);
      void writing('device ID', name);
      return name;
    },
    metadataCache: {
      get: (issuer) => reading(metadataKey(issuer)),
      set: (issuer, document) => writing(metadataKey(issuer), document),
    },
    forget() {
      forThisRun = memoryStore();
    },
  };
}

/** The language of the settings or the device, until the viewer chooses another. */
export const deviceLanguage = (page: Window, setting: string): Language =>
  chooseLanguage(setting, page.navigator.languages ?? [page.navigator.language]);
