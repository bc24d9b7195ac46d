import { expect, it } from 'vitest';
import { providerBytes } from './provider-bytes.ts';

it('all providers together add at most 8 KB to the bundle', async () => {
  const { added } = await providerBytes();
  expect(added).toBeGreaterThan(0);
  expect(added).toBeLessThanOrEqual(8 * 1024);
});
