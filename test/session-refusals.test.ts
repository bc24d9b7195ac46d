import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import { choose, renewals, signIn, smallScreen } from './session-steps';
import type { Tv } from './tv';

const harness = tvHarness();

async function signedIn(): Promise<Tv> {
  const tv = await harness.switchOn({ viewport: smallScreen });
  await tv.seesScreen('signed-out');
  await signIn(tv, harness.servers);
  await harness.servers.control('DELETE', '/log');
  return tv;
}

const fault = (kind: object) => harness.servers.control('POST', '/faults', kind);

describe('a signed-in TV whose access cannot be renewed', () => {
  it('names a refusal with its reference, and a new sign-in mends it', async () => {
    const tv = await signedIn();
    const refusal = { kind: 'status', status: 401, error: 'invalid_client', count: null };
    await fault({ ...refusal, endpoint: 'refresh' });
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => tv.text()).toMatch(/refuses this TV · Reference MC-\w{4}/);
    expect(await tv.text()).not.toContain('this TV stays signed in');
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => tv.text()).toMatch(/refuses this TV/);
    await harness.servers.control('DELETE', '/faults');
    await choose(tv, 'sign-in-again');
    await tv.seesScreen('showing-code', 30_000);
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.seesScreen('signed-in', 30_000);
    expect(await tv.text()).not.toContain('refuses');
    await harness.servers.control('DELETE', '/log');
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok']);
  });

  it('tells a service in trouble from a missing network', async () => {
    const tv = await signedIn();
    await fault({ kind: 'status', status: 500, count: null, endpoint: 'refresh' });
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => tv.text()).toContain('The sign-in service has a problem');
    expect(await tv.text()).not.toContain('No connection');
  });
});

describe('a sign-out', () => {
  const answers = [
    { answer: 'done', faults: [], sentence: 'the service has ended the session' },
    {
      answer: 'refused',
      faults: [{ kind: 'status', status: 401, error: 'invalid_client', count: null }],
      sentence: 'refused to end the session',
    },
    {
      answer: 'out of reach',
      faults: [{ kind: 'status', status: 503, count: null }],
      sentence: 'will be ended there when this TV is online again',
    },
    {
      answer: 'impossible',
      faults: [{ kind: 'status', status: 404, count: null }],
      sentence: 'offers no way to end the session',
    },
  ] as const;
  it.each(answers)(
    'says after a sign-out what the service answered: $answer',
    async ({ faults, sentence }) => {
      const tv = await signedIn();
      for (const one of faults) await fault({ ...one, endpoint: 'revocation' });
      await choose(tv, 'sign-out');
      await choose(tv, 'confirm-sign-out');
      await tv.seesScreen('signed-out');
      await expect.poll(() => tv.text(), { timeout: 10_000 }).toContain(sentence);
    },
  );
});
