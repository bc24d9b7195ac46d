import type { Browser } from 'playwright-core';
import { expect } from 'vitest';

/** What the person holding the phone decides. */
export type Decision = 'allow' | 'deny';

/**
 * Goes through the verification page as a person does on a phone.
 *
 * @param address what the QR code holds, or the address typed by hand
 * @param userCode typed when the address does not bring it along
 */
export async function decideOnPhone(
  browser: Browser,
  address: string,
  decision: Decision,
  options: { account?: 'ada' | 'grace'; userCode?: string } = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    await page.goto(address);
    if (options.userCode !== undefined) {
      await page.locator('input[name=user_code]').fill(options.userCode);
    }
    await page.locator('[data-action=confirm]').click();
    await page.locator(`[data-account=${options.account ?? 'ada'}]`).click();
    await page.locator(`[data-action=${decision}]`).click();
    const result = page.locator('[data-result]');
    await result.waitFor();
    expect(await result.getAttribute('data-result')).toBe(
      decision === 'allow' ? 'allowed' : 'denied',
    );
  } finally {
    await context.close();
  }
}
