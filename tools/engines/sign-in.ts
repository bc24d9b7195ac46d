import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { assertNever } from '../../src/assert-never.ts';
import type { Control } from '../dev-server/authorization-server/control/control.ts';
import type { EnginePage } from './engine-page.ts';
import { backCodes, otherCodes, type StandsFor } from './engines.ts';

/** What happens on every engine, in this order: the columns of the table. */
export const steps = [
  'start',
  'code',
  'QR',
  'other keys',
  'sign in',
  'restart',
  'sign out',
  'Back',
  'leave',
] as const;

export type Step = (typeof steps)[number];

/** What became of one engine. */
export interface SignInReport {
  /** Steps that went well, with what is worth knowing about them. */
  passed: Partial<Record<Step, string>>;
  /** The step that did not, and why. */
  failed?: { step: Step; why: string };
}

const maxWaitMs = 20_000;

async function until(
  what: string,
  read: () => Promise<unknown>,
  isRight: (value: unknown) => boolean,
): Promise<unknown> {
  const started = Date.now();
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (Date.now() - started > maxWaitMs) {
      throw new Error(`${what}: after ${maxWaitMs / 1000} s it is ${JSON.stringify(value)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * What a TV adds to its page, as far as the app uses it. Leaving is counted in `window.__left`.
 *
 * @returns ES5 source, to run before the app
 */
export function tvGlobals(platform: StandsFor['platform']): string {
  const leave = 'function () { window.__left = (window.__left || 0) + 1; }';
  switch (platform) {
    case 'webos':
      return `window.PalmSystem = { platformBack: ${leave} };`;
    case 'tizen':
      return `window.tizen = {
        application: { getCurrentApplication: function () { return { exit: ${leave} }; } },
        tvinputdevice: { registerKey: function (name) { if (!name) throw new Error('no name'); } }
      };`;
    case 'rdk':
    case 'browser':
      return `window.close = ${leave}; window.history.back = function () {};`;
    default:
      return assertNever(platform);
  }
}

/** Decodes the QR code in a picture, as a phone's camera does. */
function scan(picture: Buffer): string | undefined {
  const { data, width, height } = PNG.sync.read(picture);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

/**
 * Signs in and out on one engine, with nothing but a remote control's keys.
 *
 * @param options.page shows the app, just started
 * @param options.restart switches that TV off and on again
 * @param options.ownBack the code this TV sends for Back
 * @param options.control of the authorization server
 */
export async function signInOn(options: {
  page: EnginePage;
  restart(page: EnginePage): Promise<EnginePage>;
  platform: StandsFor['platform'];
  ownBack: number;
  control: Control;
  /** Gets the picture of the code, for people to look at. */
  onPicture?(picture: Buffer): void;
}): Promise<SignInReport> {
  const { control, ownBack, platform } = options;
  const report: SignInReport = { passed: {} };
  let page = options.page;
  let step: Step = 'start';

  const screen = () =>
    page.evaluate(
      `(function () { var s = document.getElementById('screen'); return s && s.getAttribute('data-screen'); })()`,
    );
  const seesScreen = (name: string) => until('the screen', screen, (value) => value === name);
  const textOf = (selector: string) =>
    page.evaluate(
      `(function () { var e = document.querySelector('${selector}'); return e && e.textContent; })()`,
    );
  const focused = () =>
    page.evaluate(`document.activeElement && document.activeElement.getAttribute('data-control')`);
  const seesFocus = (id: string) => until('the focus', focused, (value) => value === id);
  const press = async (...keyCodes: readonly number[]) => {
    for (const keyCode of keyCodes) await page.pressKey(keyCode);
  };
  const [enter, left, right] = [13, 37, 39];
  const passed = (what: string) => {
    report.passed[step] = what;
  };
  const begin = (next: Step) => {
    step = next;
    return Date.now();
  };
  const showCode = async () => {
    const issued = control.state().codes.length;
    await seesFocus('sign-in');
    await press(enter);
    await seesScreen('showing-code');
    const codes = control.state().codes;
    const code = codes[codes.length - 1];
    if (code === undefined || codes.length === issued) throw new Error('No code was asked for');
    const shown = await textOf('[data-user-code]');
    if (shown !== code.userCode) {
      throw new Error(`The screen shows ${String(shown)} and the code is ${code.userCode}`);
    }
    return code;
  };

  try {
    begin('start');
    await seesScreen('signed-out');
    const drawing = await page.evaluate(
      `(function () {
        var canvas = document.querySelector('canvas');
        if (!canvas) return 'nothing';
        return canvas.getContext('webgl') ? 'webgl' : 'canvas2d';
      })()`,
    );
    if (drawing === 'nothing') throw new Error('There is no picture');
    passed(String(drawing));

    let started = begin('code');
    const code = await showCode();
    passed(`${Date.now() - started} ms`);

    begin('QR');
    await until(
      'the QR code',
      async () => {
        const picture = await page.screenshot();
        options.onPicture?.(picture);
        return scan(picture);
      },
      (value) => value === code.verificationUriComplete,
    );
    passed('decoded');

    begin('other keys');
    await press(...otherCodes);
    await seesScreen('showing-code');
    if ((await textOf('[data-user-code]')) !== code.userCode) throw new Error('The code changed');
    passed('ignored');

    started = begin('sign in');
    await control.approve(code.userCode, 'ada');
    await seesScreen('signed-in');
    if (!String(await textOf('#screen')).includes('Ada')) throw new Error('Ada is not greeted');
    passed(`${((Date.now() - started) / 1000).toFixed(1)} s`);

    started = begin('restart');
    page = await options.restart(page);
    await seesScreen('signed-in');
    if (!String(await textOf('#screen')).includes('Ada')) throw new Error('Ada is not greeted');
    passed('signed in');

    begin('sign out');
    await seesFocus('continue');
    await press(right);
    await seesFocus('sign-out');
    await press(enter);
    await seesFocus('confirm-sign-out');
    await press(enter);
    await seesScreen('signed-out');
    await until(
      'the revocation',
      () => Promise.resolve(control.log().filter(({ endpoint }) => endpoint === 'revocation')),
      (value) => (value as { outcome: string | null }[]).some(({ outcome }) => outcome === 'ok'),
    );
    passed('revoked');

    begin('Back');
    await showCode();
    await press(ownBack);
    await seesScreen('signed-out');
    for (const keyCode of backCodes) {
      await seesFocus('sign-in');
      await press(right, enter);
      await until(
        'the languages',
        focused,
        (value) => typeof value === 'string' && value.startsWith('language-'),
      );
      await press(keyCode);
      await until(`Back by ${keyCode}`, focused, (value) => value === 'sign-in');
    }
    passed(backCodes.join(' '));

    begin('leave');
    await press(ownBack);
    // From webOS 6 on, and Chromium 79 with it, the TV asks by itself.
    const tvAsks =
      platform === 'webos' && (await page.evaluate('typeof Promise.allSettled')) === 'function';
    if (!tvAsks) {
      await seesFocus('stay');
      await press(left);
      await seesFocus('leave');
      await press(enter);
    }
    await until(
      'leaving',
      () => page.evaluate('window.__left'),
      (value) => value === 1,
    );
    passed(tvAsks ? 'handed to the TV' : 'asked, left');
    const faults = await page.faults();
    if (faults.length > 0) throw new Error(faults.join('; '));
  } catch (error) {
    const faults = await page.faults().catch(() => []);
    const why = error instanceof Error ? error.message : String(error);
    report.failed = { step, why: [why, ...faults].join('; ') };
  } finally {
    await page.close();
  }
  return report;
}
