import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  payload: AdapterPayload;
  /** Epoch ms; never for Infinity. */
  expiresAt: number;
}

/**
 * Keeps what one authorization server issues, in memory, separate from every other server in the
 * process.
 */
export function createStorage() {
  const entries = new Map<string, Entry>();

  function deleteExpired(): void {
    const now = Date.now();
    for (const [key, { expiresAt }] of entries) if (expiresAt <= now) entries.delete(key);
  }

  function find(test: (payload: AdapterPayload) => boolean, model: string) {
    for (const [key, { payload }] of entries) {
      if (key.startsWith(`${model}:`) && test(payload)) return payload;
    }
    return undefined;
  }

  function adapter(model: string): Adapter {
    const key = (id: string) => `${model}:${id}`;
    return {
      async upsert(id, payload, expiresInSeconds) {
        deleteExpired();
        const expiresAt =
          expiresInSeconds === undefined ? Infinity : Date.now() + expiresInSeconds * 1000;
        entries.set(key(id), { payload, expiresAt });
      },
      async find(id) {
        return entries.get(key(id))?.payload;
      },
      async findByUserCode(userCode) {
        return find((payload) => payload.userCode === userCode, model);
      },
      async findByUid(uid) {
        return find((payload) => payload.uid === uid, model);
      },
      async consume(id) {
        const entry = entries.get(key(id));
        if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        entries.delete(key(id));
      },
      async revokeByGrantId(grantId) {
        for (const [name, { payload }] of entries) {
          if (name.startsWith(`${model}:`) && payload.grantId === grantId) entries.delete(name);
        }
      },
    };
  }

  return {
    adapter,
    /** Forgets every token and grant: to a TV, its session has ended on the server. */
    forgetSessions(): void {
      for (const name of entries.keys()) {
        if (/^(AccessToken|RefreshToken|Grant):/.test(name)) entries.delete(name);
      }
    },
  };
}

/** See {@link createStorage}. */
export type Storage = ReturnType<typeof createStorage>;
