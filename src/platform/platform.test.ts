// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { choosePlatform } from './choose';
import { keyTable, listenToKeys } from './keys';
import { listenToLifecycle } from './lifecycle';
import type { RemoteKey } from './platform';

const added: string[] = [];

/** Adds to the window what a TV adds. */
function tvWith(globals: Record<string, unknown>): Window {
  for (const name of Object.keys(globals)) {
    Object.defineProperty(window, name, { value: globals[name], configurable: true });
    added.push(name);
  }
  return window;
}

afterEach(() => {
  for (const name of added.splice(0)) Reflect.deleteProperty(window, name);
  vi.restoreAllMocks();
});

describe('the platform', () => {
  it.each([
    ['webos', { PalmSystem: {} }],
    ['webos', { webOS: {} }],
    ['webos', { webOSSystem: {} }],
    ['tizen', { tizen: {} }],
    ['rdk', { thunder: {} }],
    ['rdk', { ServiceManager: {} }],
    ['xbox', { Windows: {} }],
    ['browser', {}],
  ])('the platform is %s where the page has %j', (name, globals) => {
    expect(choosePlatform(tvWith(globals)).name).toBe(name);
  });
});

describe('the name of the TV', () => {
  const deviceInfo = JSON.stringify({ modelName: 'OLED55C1', serialNumber: '123ABC' });
  const getModel = () => 'QE55Q80A';
  it.each([
    ['LG TV', { PalmSystem: { deviceInfo } }],
    ['LG TV', { webOSSystem: { deviceInfo }, webOS: {} }],
    ['Samsung TV', { tizen: {}, webapis: { productinfo: { getModel, getDuid: getModel } } }],
    ['Xbox', { Windows: {} }],
    ['TV', { thunder: {} }],
    ['TV', {}],
  ])('the TV is called %s and not by its model or serial number: %j', (name, globals) => {
    expect(choosePlatform(tvWith(globals)).deviceName).toBe(name);
  });
});

describe('leaving', () => {
  it.each(['webOS', 'PalmSystem', 'webOSSystem'])(
    'leaving is left to the TV on webOS by %s, because the TV asks',
    (name) => {
      const platformBack = vi.fn();
      const platform = choosePlatform(tvWith({ [name]: { platformBack } }));
      expect(platform.exitPrompt).toBe('the-tv');
      platform.exit();
      expect(platformBack).toHaveBeenCalledTimes(1);
    },
  );

  it('the app asks before it is left before webOS 6, which leaves without asking', () => {
    const platformBack = vi.fn();
    const all = Object.getOwnPropertyDescriptor(Promise, 'allSettled');
    Reflect.deleteProperty(Promise, 'allSettled');
    try {
      const platform = choosePlatform(tvWith({ PalmSystem: { platformBack } }));
      expect(platform.exitPrompt).toBe('ours');
      platform.exit();
      expect(platformBack).toHaveBeenCalledTimes(1);
    } finally {
      if (all !== undefined) Object.defineProperty(Promise, 'allSettled', all);
    }
  });

  it('calls platformBack as a method of its object', () => {
    const PalmSystem = {
      left: false,
      platformBack() {
        this.left = true;
      },
    };
    choosePlatform(tvWith({ PalmSystem })).exit();
    expect(PalmSystem.left).toBe(true);
  });

  it('the app asks before it is left, and exits the application, on Tizen', () => {
    const exit = vi.fn();
    const platform = choosePlatform(
      tvWith({ tizen: { application: { getCurrentApplication: () => ({ exit }) } } }),
    );
    expect(platform.exitPrompt).toBe('ours');
    platform.exit();
    expect(exit).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['RDK', { thunder: {} }],
    ['Xbox', { Windows: {} }],
    ['a webOS without its own call', { webOS: {} }],
    ['anything else', {}],
  ])('the app asks before it is left, and closes the window, on %s', (_name, globals) => {
    const close = vi.spyOn(window, 'close').mockReturnValue();
    const platform = choosePlatform(tvWith(globals));
    expect(platform.exitPrompt).toBe('ours');
    platform.exit();
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('Tizen', () => {
  it('Tizen gets color and media keys registered and never the Exit key', () => {
    const registerKey = vi.fn();
    choosePlatform(tvWith({ tizen: { tvinputdevice: { registerKey } } })).start?.();
    const registered = registerKey.mock.calls.map(([name]) => name as string);
    expect(registered).toEqual(expect.arrayContaining(['ColorF0Red', 'MediaPlayPause']));
    expect(registered).not.toContain('Exit');
  });

  it('the app starts on a Tizen remote that lacks some color and media keys', () => {
    const registerKey = vi.fn((name: string) => {
      if (name.startsWith('Color')) throw new Error('InvalidValuesError');
    });
    const platform = choosePlatform(tvWith({ tizen: { tvinputdevice: { registerKey } } }));
    expect(() => platform.start?.()).not.toThrow();
    expect(registerKey).toHaveBeenCalledWith('MediaPlay');
  });
});

describe('keys', () => {
  const heard: RemoteKey[] = [];

  function press(keyCode: number, init: KeyboardEventInit = {}): { prevented: boolean } {
    const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
    Object.defineProperty(event, 'keyCode', { value: keyCode });
    document.body.dispatchEvent(event);
    return { prevented: event.defaultPrevented };
  }

  function listen(globals: Record<string, unknown> = {}, own: Record<string, number[]> = {}) {
    heard.length = 0;
    const table = keyTable(choosePlatform(tvWith(globals)), own);
    return listenToKeys(document, table, (key) => heard.push(key));
  }

  it.each([
    ['webOS', { webOS: {} }, 461],
    ['Tizen', { tizen: {} }, 10009],
    ['RDK, Philips and Sony', { thunder: {} }, 8],
    ['Panasonic', {}, 166],
    ['Fire TV and Sharp', {}, 27],
    ['Xbox', { Windows: {} }, 196],
  ])('reads the key Back on %s', (_name, globals, keyCode) => {
    const stop = listen(globals);
    expect(press(keyCode).prevented).toBe(true);
    expect(heard).toEqual(['Back']);
    stop();
  });

  it.each([461, 10009, 8, 27, 166, 196])('key code %i is Back on every platform', (keyCode) => {
    for (const globals of [{}, { webOS: {} }, { tizen: {} }, { thunder: {} }, { Windows: {} }]) {
      const stop = listen(globals);
      press(keyCode);
      expect(heard).toEqual(['Back']);
      stop();
      for (const name of added.splice(0)) Reflect.deleteProperty(window, name);
    }
  });

  it('reads an Xbox controller', () => {
    const stop = listen({ Windows: {} });
    for (const keyCode of [203, 204, 205, 206, 195, 197, 198]) press(keyCode);
    expect(heard).toEqual(['Up', 'Down', 'Left', 'Right', 'Enter', 'Other', 'Other']);
    stop();
  });

  it.each([403, 404, 405, 406, 415, 19, 413, 412, 417])(
    'color or media key %i means nothing on webOS',
    (keyCode) => {
      const stop = listen({ webOS: {} });
      press(keyCode);
      expect(heard.filter((key) => key !== 'Other')).toEqual([]);
      stop();
    },
  );

  it.each([
    ['code', 9, {}],
    ['name', 0, { key: 'Tab' }],
    ['code, with Shift', 9, { shiftKey: true }],
  ])('keeps Tab from taking the focus away, by %s', (_name, keyCode, init) => {
    const stop = listen();
    expect(press(keyCode, init).prevented).toBe(true);
    expect(heard).toEqual(['Other']);
    stop();
  });

  it('lets Tab lead out of a frame', () => {
    vi.spyOn(window, 'parent', 'get').mockReturnValue({} as Window & typeof globalThis);
    const stop = listen();
    expect(press(9).prevented).toBe(false);
    expect(press(13).prevented).toBe(true);
    expect(heard).toEqual(['Enter']);
    stop();
  });

  it('leaves an unknown key to the TV', () => {
    const stop = listen();
    expect(press(4711).prevented).toBe(false);
    expect(heard).toEqual([]);
    stop();
  });

  it('repeats a key held down only for the arrows', () => {
    const stop = listen();
    press(39);
    press(39, { repeat: true });
    press(13);
    press(13, { repeat: true });
    press(8);
    press(8, { repeat: true });
    expect(heard).toEqual(['Right', 'Right', 'Enter', 'Back']);
    stop();
  });

  it('adds the keys of the settings to those of the platform', () => {
    const stop = listen({}, { Back: [4711] });
    press(4711);
    expect(heard).toEqual(['Back']);
    stop();
  });

  it('understands keyboards that report a name and no code', () => {
    const stop = listen();
    press(0, { key: 'GoBack' });
    press(0, { key: 'ArrowUp' });
    expect(heard).toEqual(['Back', 'Up']);
    stop();
  });

  it('reports no key after it was stopped', () => {
    listen()();
    press(13);
    expect(heard).toEqual([]);
  });
});

describe('standby and return', () => {
  const events: string[] = [];

  function listen(): () => void {
    events.length = 0;
    return listenToLifecycle(window, {
      hidden: () => events.push('hidden'),
      visible: () => events.push('visible'),
      connection: (online) => events.push(online ? 'online' : 'offline'),
    });
  }

  function show(hidden: boolean, event = 'visibilitychange'): void {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
    document.dispatchEvent(new Event(event));
  }

  it.each(['visibilitychange', 'webkitvisibilitychange'])(
    'standby and return are reported once by %s',
    (event) => {
      const stop = listen();
      show(true, event);
      show(true, event);
      show(false, event);
      show(false, event);
      expect(events).toEqual(['hidden', 'visible']);
      stop();
    },
  );

  it('reports the return of a page that was hidden when it started', () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const stop = listen();
    show(false);
    expect(events).toEqual(['visible']);
    stop();
  });

  it('reports a webOS relaunch as a return, even if no hiding was reported', () => {
    const stop = listen();
    document.dispatchEvent(new Event('webOSRelaunch'));
    expect(events).toEqual(['visible']);
    stop();
  });

  it('reports the network as it comes and goes', () => {
    const stop = listen();
    window.dispatchEvent(new Event('offline'));
    window.dispatchEvent(new Event('online'));
    expect(events).toEqual(['offline', 'online']);
    stop();
  });

  it('the life cycle reports nothing after it was stopped', () => {
    listen()();
    show(true);
    window.dispatchEvent(new Event('offline'));
    expect(events).toEqual([]);
  });
});
