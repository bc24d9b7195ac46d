import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { DevServer } from '../dev-server/app-server.ts';

/**
 * Takes the README's pictures of the running app, one of each main screen.
 *
 * @param folder where they go
 * @returns the files written
 */
export async function takePictures(
  browser: Browser,
  server: DevServer,
  folder: string,
): Promise<string[]> {
  const written: string[] = [];
  const control = async (method: string, order: string, body: unknown = {}) => {
    await fetch(`http://localhost:${server.authPort}/control${order}`, {
      method,
      body: JSON.stringify(body),
    });
  };
  const shoot = async (page: Page, name: string) => {
    // One more moment for text that is still being drawn.
    await page.waitForTimeout(500);
    const file = path.join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    written.push(file);
  };
  const sees = (page: Page, screen: string) =>
    page.locator(`#screen[data-screen=${screen}]`).waitFor({ state: 'attached', timeout: 60_000 });

  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    locale: 'en-GB',
  });
  const tv = await context.newPage();
  await control('PATCH', '/settings', { intervalSeconds: 1 });
  await tv.goto(server.appUrl);
  await sees(tv, 'signed-out');
  await shoot(tv, 'signed-out');
  await tv.keyboard.press('Enter');
  await sees(tv, 'showing-code');
  await shoot(tv, 'showing-code');
  await control('POST', '/codes/latest/deny');
  await sees(tv, 'denied');
  await shoot(tv, 'denied');
  await control('PATCH', '/settings', { codeLifetimeSeconds: 2 });
  await tv.keyboard.press('Enter');
  await sees(tv, 'expired');
  await shoot(tv, 'expired');
  await control('PATCH', '/settings', { codeLifetimeSeconds: 600, offline: true });
  await tv.keyboard.press('Enter');
  await sees(tv, 'failed');
  await shoot(tv, 'failed');
  await control('PATCH', '/settings', { offline: false });
  await tv.keyboard.press('Enter');
  await sees(tv, 'showing-code');

  const phone = await (
    await browser.newContext({ viewport: { width: 390, height: 720 }, deviceScaleFactor: 1 })
  ).newPage();
  const code = await tv.locator('[data-user-code]').textContent();
  await phone.goto(`${server.authUrl}/device?user_code=${code}`);
  await shoot(phone, 'phone');
  await control('POST', '/codes/latest/approve', { account: 'ada' });
  await sees(tv, 'signed-in');
  await shoot(tv, 'signed-in');
  await context.close();
  await control('POST', '/reset');

  const consoleContext = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
  });
  const qa = await consoleContext.newPage();
  await qa.goto(`${server.qaUrl}?interval=1&do=key-ok:signed-out.slow-down:showing-code`);
  await qa.locator('#exchanges details[data-outcome=slow_down]').waitFor({ timeout: 60_000 });
  await qa
    .frameLocator('iframe[title=Phone]')
    .getByRole('button', { name: 'Yes, continue' })
    .waitFor({ timeout: 60_000 });
  await shoot(qa, 'qa-console');
  await control('POST', '/reset');
  return written;
}
