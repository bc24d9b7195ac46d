import { expect, it } from 'vitest';
import { tvHarness } from './harness';
import type { Tv } from './tv';

const harness = tvHarness();

interface Counters {
  nodes: number;
  jsEventListeners: number;
}

/** Counts what the page keeps alive, garbage apart. */
async function kept(tv: Tv): Promise<Counters> {
  const devtools = await tv.page.context().newCDPSession(tv.page);
  try {
    // The second round collects what the first one's finalizers set free.
    for (let round = 0; round < 2; round++) await devtools.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
    return { nodes, jsEventListeners };
  } finally {
    await devtools.detach();
  }
}

/** Opens and closes the panel of languages; each is a change of the screen. */
async function changeScreens(tv: Tv, changes: number): Promise<void> {
  const shown = await tv.page.evaluate((count) => {
    const press = (keyCode: number) => {
      const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true });
      Object.defineProperty(event, 'keyCode', { value: keyCode });
      document.body.dispatchEvent(event);
    };
    const seen: number[] = [];
    for (let change = 0; change < count; change += 2) {
      press(39);
      press(13);
      seen.push(document.querySelectorAll('#screen [data-control]').length);
      press(461);
    }
    return Array.from(new Set(seen));
  }, changes);
  expect(shown).toEqual([4]);
}

it('the page keeps no node and no listener of a screen that is gone, after 500 changes', async () => {
  const tv = await harness.switchOn();
  await tv.seesScreen('signed-out');
  await changeScreens(tv, 20);
  const before = await kept(tv);
  await changeScreens(tv, 500);
  const after = await kept(tv);
  expect(await tv.focused()).toBe('sign-in');
  expect(after.nodes - before.nodes).toBeLessThanOrEqual(10);
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThanOrEqual(2);
}, 180_000);
