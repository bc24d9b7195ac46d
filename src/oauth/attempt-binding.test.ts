import { describe, expect, it } from 'vitest';
import { createAttemptBinding } from './attempt-binding';
import type { Discovery } from './discovery';
import { createControllableClock } from './testing/controllable-clock';
import { proofKey, readableProofs } from './testing/proofs';

const never = new AbortController().signal;

const advertising = (...dpopAlgorithms: string[]): Discovery => ({
  type: 'found',
  metadata: { endpoints: {}, refusedEndpoints: {}, dpopAlgorithms },
});
const silent: Discovery = {
  type: 'failed',
  problem: { kind: 'server-unreachable', code: 'unreachable' },
  isSilent: true,
};

const bindingIn = (mode: 'auto' | 'required' | 'off', proofs = readableProofs()) =>
  createAttemptBinding(mode, proofs, createControllableClock());
const withoutCrypto = () => readableProofs({ createKey: () => Promise.resolve(undefined) });

describe('what the tokens of an attempt are bound to', () => {
  it('mode off binds to nothing, whatever the server offers', async () => {
    const off = bindingIn('off');
    expect(await off.decide(advertising('ES256'), never)).toEqual({
      type: 'unbound',
      reason: 'off',
    });
    expect(await off.unavailableReason(never)).toBeUndefined();
  });

  it('mode auto binds where the server advertises ES256 only', async () => {
    const auto = bindingIn('auto');
    const notAdvertised = { type: 'unbound', reason: 'not-advertised' };
    expect(await auto.decide(undefined, never)).toEqual(notAdvertised);
    expect(await auto.decide(advertising(), never)).toEqual(notAdvertised);
    expect(await auto.decide(advertising('RS256'), never)).toEqual(notAdvertised);
    expect(await auto.decide(advertising('ES256', 'RS256'), never)).toEqual({
      type: 'bound',
      key: proofKey,
    });
  });

  it('mode auto decides nothing while the metadata is not known', async () => {
    expect(await bindingIn('auto').decide(silent, never)).toMatchObject({
      type: 'undecided',
      problem: { code: 'unreachable' },
    });
  });

  it('mode auto binds to nothing where there is no WebCrypto', async () => {
    const auto = bindingIn('auto', withoutCrypto());
    expect(await auto.decide(advertising('ES256'), never)).toEqual({
      type: 'unbound',
      reason: 'no-crypto',
    });
    expect(await auto.unavailableReason(never)).toBeUndefined();
  });

  it('mode required prevents signing in where there is no WebCrypto', async () => {
    expect(await bindingIn('required').unavailableReason(never)).toBeUndefined();
    const required = bindingIn('required', withoutCrypto());
    expect(await required.unavailableReason(never)).toMatchObject({
      kind: 'misconfigured',
      code: 'dpop_unavailable',
    });
    expect(await required.decide(advertising('ES256'), never)).toMatchObject({
      type: 'undecided',
      problem: { code: 'dpop_unavailable' },
    });
  });

  it('mode required binds without asking the metadata, and gives up nothing', async () => {
    const required = bindingIn('required');
    expect(required.mayGiveUp).toBe(false);
    required.giveUp('header-refused');
    for (const discovery of [undefined, silent, advertising()]) {
      expect(await required.decide(discovery, never)).toEqual({ type: 'bound', key: proofKey });
    }
  });

  it('each attempt gets a key of its own and keeps it for all its polls', async () => {
    let count = 0;
    const auto = bindingIn(
      'auto',
      readableProofs({
        createKey: () =>
          Promise.resolve({ ...proofKey, jwk: { ...proofKey.jwk, x: `${++count}` } }),
      }),
    );
    const x = async () => {
      const decision = await auto.decide(advertising('ES256'), never);
      return decision?.type === 'bound' ? decision.key.jwk.x : undefined;
    };
    expect([await x(), await x()]).toEqual(['1', '1']);
    auto.started();
    expect([await x(), await x()]).toEqual(['2', '2']);
  });

  it('what one attempt gave up, the next one tries again', async () => {
    const auto = bindingIn('auto');
    auto.giveUp('nonce-hidden');
    expect(await auto.decide(advertising('ES256'), never)).toEqual({
      type: 'unbound',
      reason: 'nonce-hidden',
    });
    auto.started();
    expect(await auto.decide(advertising('ES256'), never)).toMatchObject({ type: 'bound' });
  });

  it('a key that cannot be made for a moment is made with the next poll', async () => {
    let fails = true;
    const auto = bindingIn(
      'auto',
      readableProofs({
        createKey: () => (fails ? Promise.reject(new Error('busy')) : Promise.resolve(proofKey)),
      }),
    );
    expect(await auto.decide(advertising('ES256'), never)).toMatchObject({
      type: 'undecided',
      problem: { code: 'proof_failed' },
    });
    fails = false;
    expect(await auto.decide(advertising('ES256'), never)).toMatchObject({ type: 'bound' });
  });
});
