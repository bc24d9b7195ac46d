import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type {
  Exchange,
  WireEndpoint,
} from '../tools/dev-server/authorization-server/control/wire-log.ts';
import { hearReplies } from './replies';
import type { Servers } from './servers';
import type { Size, Tv } from './tv';

export type { Exchange };

/** Drawn by the processor here, and of no matter to a session. */
export const smallScreen: Size = { width: 640, height: 360 };

/** What the server has been asked at an endpoint, oldest first. */
export function exchanges(servers: Servers, endpoint: WireEndpoint): Promise<Exchange[]> {
  return servers.exchanges(endpoint);
}

/** Outcomes of the renewals that the server has been asked for. */
export async function renewals(servers: Servers): Promise<string[]> {
  return (await exchanges(servers, 'refresh')).map(({ outcome }) => outcome);
}

/** Waits until something is so; @returns false when it never was within the time. */
export async function eventually(
  isSo: () => Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const endsAtMs = performance.now() + timeoutMs;
  for (;;) {
    if (await isSo()) return true;
    if (performance.now() > endsAtMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Approves the newest code as the phone would; the focus stands on whatever asks for one. */
export async function signIn(
  tv: Tv,
  servers: Servers,
  account: 'ada' | 'grace' = 'ada',
): Promise<void> {
  await tv.press('Enter');
  await tv.seesScreen('showing-code', 30_000);
  await servers.control('POST', '/codes/latest/approve', { account });
  await tv.seesScreen('signed-in', 30_000);
}

/** Moves the remote's focus to a control, along the row it stands in. */
async function focusOn(tv: Tv, control: string): Promise<void> {
  for (let step = 0; step < 6; step++) {
    if ((await tv.focused()) === control) return;
    await tv.press('ArrowRight');
  }
  await expect.poll(() => tv.focused()).toBe(control);
}

/** Presses a control by remote. */
export async function choose(tv: Tv, control: string): Promise<void> {
  await focusOn(tv, control);
  await tv.press('Enter');
}

/** The refresh tokens that a page receives from now on, oldest first. */
export async function watchRefreshTokens(page: Page): Promise<string[]> {
  const found: string[] = [];
  await hearReplies(page, ({ url, ok, body }) => {
    const token = body['refresh_token'];
    if (new URL(url).pathname === '/token' && ok && typeof token === 'string') found.push(token);
  });
  return found;
}

/** Asks for a renewal with a token from elsewhere, as a thief would. */
export async function renewElsewhere(
  servers: Servers,
  refreshToken: string,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await fetch(`${servers.authUrl}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: 'tv',
    }),
  });
  return response.json();
}

interface ShiftedWindow {
  wallAheadMs?: number;
}

/**
 * Runs in the page before the app: its wall clock goes as far wrong as the test says, then and
 * later. Timers and the monotonic clock stay right, as on a real device.
 */
export function shiftWallClock(aheadMs: number): void {
  const RealDate = Date;
  const shifted = window as ShiftedWindow;
  shifted.wallAheadMs = aheadMs;
  const nowMs = () => RealDate.now() + (shifted.wallAheadMs ?? 0);
  window.Date = new Proxy(RealDate, {
    construct: (target, given: ConstructorParameters<typeof Date> | []) =>
      given.length === 0 ? new target(nowMs()) : Reflect.construct(target, given),
    get: (target, name) => (name === 'now' ? nowMs : Reflect.get(target, name)),
  });
}

/** Sets the wall clock of a page that was opened with {@link shiftWallClock}. */
export async function setWallClock(page: Page, aheadMs: number): Promise<void> {
  await page.evaluate((ahead) => {
    (window as ShiftedWindow).wallAheadMs = ahead;
  }, aheadMs);
}

/**
 * Wakes windows from standby at the same instant, with their wall clock set: what is over by then
 * is renewed at once.
 *
 * @param aheadMs what the wall clock is wrong by from then on
 */
export async function wakeTogether(pages: readonly Page[], aheadMs: number): Promise<void> {
  const at = Date.now() + 40;
  await Promise.all(
    pages.map((page) =>
      page.evaluate(
        ([instant, ahead]) =>
          new Promise<void>((resolve) => {
            const waitMs = instant - (performance.timeOrigin + performance.now());
            setTimeout(() => {
              (window as ShiftedWindow).wallAheadMs = ahead;
              document.dispatchEvent(new Event('webOSRelaunch'));
              resolve();
            }, waitMs);
          }),
        [at, aheadMs] as const,
      ),
    ),
  );
}

/**
 * Wakes a window until its renewals came out as expected: one that is still busy with the day before
 * does not renew a second time.
 *
 * @param aheadMs what the wall clock is wrong by from then on
 * @param outcomes of all renewals so far
 */
export async function renewsOnWaking(
  { page }: Tv,
  servers: Servers,
  aheadMs: number,
  outcomes: readonly string[],
): Promise<void> {
  await expect
    .poll(
      async () => {
        await wakeTogether([page], aheadMs);
        return renewals(servers);
      },
      { timeout: 30_000, interval: 500 },
    )
    .toEqual(outcomes);
}
