import { describe, expect, it } from 'vitest';
import type { RefreshOutcome, TokenSet } from '../oauth/outcome';
import { memoryStore, type RecordStore } from './store';
import {
  ada,
  grace,
  increasingRandom,
  type SessionHarness,
  sessionHarness,
} from './testing/harness';
import type { GrantedTokens } from './testing/model-server';
import { settle } from './testing/session-clock';

const never = new AbortController().signal;

async function complete(tv: SessionHarness, tokens: TokenSet, signal = never) {
  const completion = await tv.clock.run(tv.session.complete(tokens, signal));
  await settle();
  return completion;
}

async function signIn(tv: SessionHarness, account: { id: string; name: string } = ada) {
  const tokens = tv.server.grant(account);
  await complete(tv, tokens);
  return tokens.credentials.refreshToken;
}

async function restarted(tv: SessionHarness, changes = {}) {
  tv.session.suspend();
  const next = tv.again(changes);
  await next.clock.run(next.session.restore());
  await settle();
  return next;
}

const revocations = (tv: SessionHarness) => tv.server.calls.filter((call) => /^revoke/.test(call));

const keys = async (store: RecordStore) => (await store.entries()).map(([key]) => key).sort();

describe('signing in again as the same person', () => {
  it('revokes the grant that it replaces, and leaves one record', async () => {
    const tv = sessionHarness();
    const first = await signIn(tv);
    const second = await signIn(tv);
    expect(tv.server.isAlive(first)).toBe(false);
    expect(tv.server.isAlive(second)).toBe(true);
    expect(revocations(tv)).toEqual([`revoke ${first}`]);
    expect(await keys(tv.store)).toEqual(['account/https%3A%2F%2Fid.example/tv/ada', 'seal-key']);
  });

  it('revokes what an earlier run has kept', async () => {
    const tv = sessionHarness();
    const first = await signIn(tv);
    const next = await restarted(tv);
    const second = await signIn(next);
    expect(next.server.isAlive(first)).toBe(false);
    expect(next.server.isAlive(second)).toBe(true);
  });

  it('leaves the grants of other people alone', async () => {
    const tv = sessionHarness();
    const first = await signIn(tv);
    const second = await signIn(tv, grace);
    expect(tv.server.isAlive(first) && tv.server.isAlive(second)).toBe(true);
  });

  it('revokes only after the new record is in its place', async () => {
    const tv = sessionHarness();
    await signIn(tv);
    const order: string[] = [];
    const { update } = tv.store;
    tv.store.update = async (key, ...rest) => {
      await update(key, ...rest);
      if (/ada$/.test(key)) order.push('written');
    };
    const { revoke } = tv.server;
    tv.server.revoke = (...given) => {
      order.push('revoked');
      return revoke(...given);
    };
    await signIn(tv);
    expect(order).toEqual(['written', 'revoked']);
  });

  it('revokes nothing when the server hands out the same refresh token again', async () => {
    const tv = sessionHarness();
    const tokens = tv.server.grant(ada);
    await complete(tv, tokens);
    await complete(tv, tokens);
    expect(revocations(tv)).toEqual([]);
    expect(tv.server.isAlive(tokens.credentials.refreshToken)).toBe(true);
  });

  const jwt = (claims: unknown, unique: number) =>
    [{ alg: 'HS512' }, { ...(claims as object), jti: unique }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat('c2ln')
      .join('.');

  it.each<[string, unknown, unknown, number]>([
    ['in one session at the server', { sid: 's1' }, { sid: 's1' }, 0],
    ['in one session by its former name', { session_state: 's1' }, { session_state: 's1' }, 0],
    ['in two sessions at the server', { sid: 's1' }, { sid: 's2' }, 1],
    ['that name no session', {}, {}, 1],
  ])('tells sessions apart by refresh tokens %s', async (_case, one, other, count) => {
    const tv = sessionHarness();
    const granted = (claims: unknown, unique: number): GrantedTokens => ({
      ...tv.server.grant(ada),
      credentials: { type: 'refresh', refreshToken: jwt(claims, unique) },
    });
    await complete(tv, granted(one, 1));
    await complete(tv, granted(other, 2));
    expect(revocations(tv)).toHaveLength(count);
  });

  it('revokes nothing while the new session cannot be kept', async () => {
    const store = memoryStore();
    let full = false;
    const tv = sessionHarness({
      store: {
        ...store,
        update: (...given) =>
          full ? Promise.reject(new Error('QuotaExceededError')) : store.update(...given),
      },
    });
    const first = await signIn(tv);
    full = true;
    const second = await signIn(tv);
    expect(tv.server.isAlive(first) && tv.server.isAlive(second)).toBe(true);
    full = false;
    // Storage is offered the session again after a moment.
    await tv.clock.pass(6000);
    await settle();
    expect(tv.server.isAlive(first)).toBe(false);
    expect(tv.server.isAlive(second)).toBe(true);
  });

  it('does not revoke a grant for a record that its own renewal could not replace', async () => {
    const store = memoryStore();
    let full = false;
    const tv = sessionHarness({
      store: {
        ...store,
        update: (...given) =>
          full ? Promise.reject(new Error('QuotaExceededError')) : store.update(...given),
      },
    });
    await signIn(tv);
    full = true;
    await tv.clock.pass(3_541_000);
    full = false;
    await tv.clock.pass(400_000);
    expect(revocations(tv)).toEqual([]);
    expect(await tv.session.accessToken()).toMatchObject({ type: 'ready' });
  });

  it('revokes a session that was only in memory', async () => {
    const broken = () => Promise.reject(new Error('UnknownError'));
    const store = { get: broken, set: broken, delete: broken, entries: broken, update: broken };
    const tv = sessionHarness({ store });
    const first = await signIn(tv);
    const second = await signIn(tv);
    expect(tv.server.isAlive(first)).toBe(false);
    expect(tv.server.isAlive(second)).toBe(true);
  });

  it('revokes what a renewal of the old session brings too late', async () => {
    const tv = sessionHarness({ random: increasingRandom() });
    await signIn(tv);
    await tv.clock.pass(3_539_000);
    tv.server.delayMs = 4000;
    let late = '';
    const { refresh } = tv.server;
    tv.server.refresh = async (...given): Promise<RefreshOutcome> => {
      const outcome = await refresh(...given);
      if (outcome.type === 'renewed' && outcome.tokens.credentials?.type === 'refresh') {
        late = outcome.tokens.credentials.refreshToken;
      }
      return outcome;
    };
    await tv.clock.pass(2000);
    tv.server.delayMs = 0;
    // A server that knows nothing of used tokens: only the newest one ends the grant.
    tv.server.revokeScript.push({ type: 'revoked' });
    const second = await signIn(tv);
    await tv.clock.pass(20_000);
    expect(late).not.toBe('');
    expect(tv.server.isAlive(late)).toBe(false);
    expect(tv.server.isAlive(second)).toBe(true);
  });
});

describe('a replaced grant that cannot be revoked now', () => {
  async function replacedOffline() {
    const tv = sessionHarness();
    const first = await signIn(tv);
    tv.server.revokeScript.push({
      type: 'transient-failure',
      problem: { kind: 'server-unreachable', code: 'fetch_failed' },
    });
    const second = await signIn(tv);
    expect(tv.server.isAlive(first)).toBe(true);
    return { tv, first, second };
  }

  it('a replaced grant that could not be revoked is revoked at the next start', async () => {
    const { tv, first, second } = await replacedOffline();
    tv.server.revokeScript.splice(0);
    const next = await restarted(tv);
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [ada] }]);
    expect(next.server.isAlive(first)).toBe(false);
    expect(next.server.isAlive(second)).toBe(true);
    expect(await keys(next.store)).toEqual(['account/https%3A%2F%2Fid.example/tv/ada', 'seal-key']);
  });

  it('a replaced grant is revoked in the same run when the TV is online again', async () => {
    const { tv, first, second } = await replacedOffline();
    tv.server.revokeScript.splice(0);
    tv.session.resume();
    await settle();
    expect(tv.server.isAlive(first)).toBe(false);
    expect(tv.server.isAlive(second)).toBe(true);
  });

  it('a replaced grant is revoked online while an attempt without a connection still hangs', async () => {
    const { tv, first } = await replacedOffline();
    tv.server.revokeScript.splice(0);
    const { revoke } = tv.server;
    tv.server.revoke = () => new Promise(() => {});
    const next = await restarted(tv);
    tv.server.revoke = revoke;
    next.session.resume();
    next.session.resume();
    await settle();
    expect(tv.server.isAlive(first)).toBe(true);
    await next.clock.pass(6000);
    await settle();
    expect(tv.server.isAlive(first)).toBe(false);
    // Once when it was replaced and once now: the attempt that hung never reached the server.
    expect(revocations(tv).filter((call) => call === `revoke ${first}`)).toHaveLength(2);
  });

  it('a replaced grant waits without a word about the account', async () => {
    const { tv } = await replacedOffline();
    const waiting = (await keys(tv.store)).filter((key) => /revocation/.test(key));
    expect(waiting).toHaveLength(1);
    expect(waiting[0]).not.toContain('ada');
  });

  it('a replaced grant is revoked by a sign-out of everyone, or waits on', async () => {
    const { tv, first, second } = await replacedOffline();
    tv.server.revokeScript.splice(0);
    await tv.clock.run(tv.session.signOut(['ada']));
    expect(tv.server.isAlive(second)).toBe(false);
    await restarted(tv);
    expect(tv.server.isAlive(first)).toBe(false);
    expect(await tv.store.entries()).toEqual([]);
  });

  it.each(Array.from({ length: 12 }, (_, cut) => cut))(
    'a replaced grant does not get lost, nor takes the session along, when the power is cut before write %i',
    async (cut) => {
      const store = memoryStore();
      const tv = sessionHarness({ store });
      const first = await signIn(tv);
      let writes = 0;
      const hang = () => new Promise<never>(() => {});
      const write = (work: () => Promise<void>) => (writes++ < cut ? work() : hang());
      const dying = await restarted(tv, {
        store: {
          ...store,
          update: (...given: Parameters<RecordStore['update']>) =>
            write(() => store.update(...given)),
          delete: (key: string) => write(() => store.delete(key)),
        },
      });
      const { revoke } = tv.server;
      tv.server.revoke = () => new Promise(() => {});
      const tokens = tv.server.grant(ada);
      void dying.session.complete(tokens, never);
      await dying.clock.pass(500);
      dying.session.suspend();
      tv.server.revoke = revoke;
      const next = await restarted(tv, { store });
      const kept = await store.entries();
      expect(kept.filter(([key]) => /ada$/.test(key))).toHaveLength(1);
      next.session.open('ada');
      await settle();
      expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
      const second = tokens.credentials.refreshToken;
      // An unused token is the newest of its grant: the other grant is the one that is kept.
      const isSecondKept = !tv.server.isCurrent(second);
      expect(revocations(tv)).toEqual(isSecondKept ? [`revoke ${first}`] : []);
    },
  );
});

describe('a server on which one revocation ends all grants of a person', () => {
  const togetherHarness = () => {
    const tv = sessionHarness();
    Object.defineProperty(tv.server, 'revocationReach', { value: 'person' });
    return tv.again();
  };

  it('a server that would end all grants is not asked to revoke a replaced one', async () => {
    const tv = togetherHarness();
    await signIn(tv);
    const second = await signIn(tv);
    expect(revocations(tv)).toEqual([]);
    expect(tv.server.isAlive(second)).toBe(true);
    expect(await keys(tv.store)).toEqual(['account/https%3A%2F%2Fid.example/tv/ada', 'seal-key']);
  });

  it('a server that would end all grants hears of no sign-out once the person is back', async () => {
    const tv = togetherHarness();
    const first = await signIn(tv);
    tv.server.down = true;
    await tv.clock.run(tv.session.signOut(['ada']));
    tv.server.down = false;
    const before = revocations(tv).length;
    await signIn(tv);
    const next = await restarted(tv);
    expect(revocations(next)).toHaveLength(before);
    expect(next.server.isAlive(first)).toBe(true);
  });

  it('a server that would end all grants hears of a sign-out when another person signs in', async () => {
    const tv = togetherHarness();
    const first = await signIn(tv);
    tv.server.down = true;
    await tv.clock.run(tv.session.signOut(['ada']));
    tv.server.down = false;
    await signIn(tv, grace);
    expect(tv.server.isAlive(first)).toBe(false);
  });

  it('keeps the session of a viewer who cancels another sign-in', async () => {
    const tv = togetherHarness();
    const first = await signIn(tv);
    const cancelled = tv.server.grant(ada);
    await tv.session.revokeTokens(cancelled);
    const cancel = new AbortController();
    cancel.abort();
    await complete(tv, tv.server.grant(grace), cancel.signal);
    expect(revocations(tv)).toEqual([]);
    expect(tv.server.isAlive(first)).toBe(true);
  });
});
