import type { StorageWatch } from './storage-watch';
import type { RecordStore } from './store';

/** What a session has to say that must outlive a restart. */
interface Content {
  /** When the service's trouble began. */
  troubleSinceWallMs?: number | undefined;
  /** A session ended, and the viewer has not seen the sentence about it yet. */
  sessionEnded?: boolean | undefined;
}

/** Keeps what a restart must not lose; best effort, nothing rejects or waits but `load`. */
export interface SessionMemo {
  load(): Promise<void>;
  troubleSinceWallMs(): number | undefined;
  troubleBegan(wallMs: number): void;
  troubleEnded(): void;
  hasSessionEnded(): boolean;
  /** Resolves when it is kept. */
  sessionEnded(): Promise<void>;
  sessionEndedSeen(): void;
}

const asContent = (value: unknown): Content => {
  const { troubleSinceWallMs, sessionEnded } = (value ?? {}) as Partial<Record<string, unknown>>;
  return {
    troubleSinceWallMs: typeof troubleSinceWallMs === 'number' ? troubleSinceWallMs : undefined,
    sessionEnded: sessionEnded === true || undefined,
  };
};

const isEmpty = ({ troubleSinceWallMs, sessionEnded }: Content) =>
  troubleSinceWallMs === undefined && sessionEnded === undefined;

/** @param realm distinguishes sessions of other servers and clients on this origin */
export function createSessionMemo(
  store: RecordStore,
  storage: StorageWatch,
  realm: string,
): SessionMemo {
  const key = `memo/${realm}`;
  let content: Content = {};

  const change = async (changed: Content): Promise<void> => {
    content = { ...content, ...changed };
    if (storage.hangs()) return;
    await storage.within(
      store.update(key, (old) => {
        const next = { ...asContent(old), ...changed };
        return isEmpty(next) ? undefined : next;
      }),
    );
  };

  return {
    async load() {
      content = asContent(await store.get(key));
    },
    troubleSinceWallMs: () => content.troubleSinceWallMs,
    troubleBegan(wallMs) {
      if (content.troubleSinceWallMs !== wallMs) void change({ troubleSinceWallMs: wallMs });
    },
    troubleEnded() {
      if (content.troubleSinceWallMs !== undefined) void change({ troubleSinceWallMs: undefined });
    },
    hasSessionEnded: () => content.sessionEnded === true,
    sessionEnded: () => change({ sessionEnded: true }),
    sessionEndedSeen() {
      if (content.sessionEnded !== undefined) void change({ sessionEnded: undefined });
    },
  };
}
