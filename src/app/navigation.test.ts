import fc from 'fast-check';
import { expect, describe as group, it } from 'vitest';
import { languages } from '../i18n/index';
import type { RemoteKey } from '../platform/platform';
import { transition } from '../sign-in/machine';
import type { SignInState } from '../sign-in/states';
import { describe } from '../ui/describe';
import type { ScreenDescription } from '../ui/screen-description';
import { everyState, failed, grace, modelOf, panels, signedIn } from '../ui/testing/models';
import {
  type Effect,
  isDimmed,
  isOffline,
  type Navigation,
  type NavigationContext,
  type NavigationEvent,
  navigate,
  shiftOf,
  startNavigation,
} from './navigation';

const keys = Object.keys({
  Left: 0,
  Right: 0,
  Up: 0,
  Down: 0,
  Enter: 0,
  Back: 0,
  Other: 0,
} satisfies Record<RemoteKey, 0>) as RemoteKey[];

const start = startNavigation({ language: 'en', deviceOffline: false, visible: true }).navigation;
const after = (change: Partial<Navigation>): Navigation => ({ ...start, ...change });

function shownBy(state: SignInState, navigation: Navigation): ScreenDescription {
  const { panel, language, focusedControl, requestingLong } = navigation;
  const channel = describe(modelOf(signedIn(), { panel: 'confirm-exit' }));
  return describe(
    modelOf(state, {
      panel,
      language,
      focusedControl,
      requestingLong,
      channel,
      dimmed: isDimmed(navigation, state.type),
    }),
  );
}

const contextOf = (
  state: SignInState,
  navigation: Navigation,
  exitPrompt: NavigationContext['exitPrompt'] = 'ours',
): NavigationContext => ({ state: state.type, shown: shownBy(state, navigation), exitPrompt });

const happen = (
  state: SignInState,
  navigation: Navigation,
  event: NavigationEvent,
  exitPrompt?: NavigationContext['exitPrompt'],
) => navigate(navigation, event, contextOf(state, navigation, exitPrompt));

const typesOf = (effects: readonly Effect[]) => effects.map((effect) => effect.type);

/** An app without a screen: navigation and the sign-in machine, with all effects but those two. */
function run(state: SignInState, navigation: Navigation, exitPrompt?: 'ours' | 'the-tv') {
  let machine = { state, attempt: 1, suspended: false };
  let now = navigation;
  const effects: Effect[] = [];
  function send(event: NavigationEvent): void {
    const step = happen(machine.state, now, event, exitPrompt);
    now = step.navigation;
    effects.push(...step.effects);
    for (const effect of step.effects) {
      if (effect.type !== 'dispatch') continue;
      const before = machine.state.type;
      const moment = { monotonicMs: 18_000, wallMs: 0, random: 0 };
      machine = transition(machine, effect.event, moment).machine;
      if (machine.state.type !== before) send({ type: 'stateEntered' });
    }
  }
  return { send, effects, state: () => machine.state, navigation: () => now };
}

const returnTargets = [
  { type: 'signedOut' },
  signedIn(),
  { type: 'choosingAccount', accounts: [grace] },
] as const;

/** Every state with each state that an attempt may return to. */
const states: readonly SignInState[] = everyState.flatMap((state) =>
  returnTargets.map((returnTo) => ({ ...state, returnTo }) as SignInState),
);

const anyState = fc.constantFrom(...states, failed('offline'));
const anyNavigation: fc.Arbitrary<Navigation> = fc.record({
  panel: fc.constantFrom(null, ...panels),
  focusedControl: fc.constantFrom(undefined, 'cancel', 'help', 'stay', 'gone', 'account-2'),
  language: fc.constantFrom(...languages),
  requestingLong: fc.boolean(),
  deviceOffline: fc.boolean(),
  serverAnswers: fc.boolean(),
  shiftStep: fc.nat({ max: 12 }),
  visible: fc.constant(true),
});
const anyControl = fc.constantFrom('cancel', 'help', 'close', 'sign-in', 'language-de', 'gone');
const anyEvent: fc.Arbitrary<NavigationEvent> = fc.oneof(
  fc.record({ type: fc.constant('keyPressed' as const), key: fc.constantFrom(...keys) }),
  fc.record({ type: fc.constant('controlPressed' as const), controlId: anyControl }),
  fc.record({ type: fc.constant('controlPointedAt' as const), controlId: anyControl }),
  fc.record({
    type: fc.constant('timerEnded' as const),
    timer: fc.constantFrom('idle', 'waiting'),
  }),
  fc.record({ type: fc.constant('visibilityChanged' as const), visible: fc.boolean() }),
  fc.record({ type: fc.constant('connectionChanged' as const), offline: fc.boolean() }),
  fc.record({
    type: fc.constant('languageRead' as const),
    language: fc.constantFrom(...languages),
  }),
);

group('whatever happens', () => {
  it('exactly one control is focused whenever there is a control', () => {
    fc.assert(
      fc.property(anyState, anyNavigation, fc.array(anyEvent), (state, navigation, events) => {
        const app = run(state, navigation);
        for (const event of events) {
          app.send(event);
          const { controls, focused } = shownBy(app.state(), app.navigation());
          const focusedOnes = controls.filter((control) => control.id === focused);
          expect(focusedOnes).toHaveLength(controls.length > 0 ? 1 : 0);
        }
      }),
    );
  });

  it('a key, press or pointer that wakes a dimmed picture does nothing else', () => {
    fc.assert(
      fc.property(anyState, anyNavigation, anyEvent, (state, navigation, event) => {
        fc.pre(isDimmed(navigation, state.type));
        fc.pre(
          event.type === 'keyPressed' ||
            event.type === 'controlPressed' ||
            event.type === 'controlPointedAt',
        );
        const step = happen(state, navigation, event);
        expect(step.navigation).toEqual({ ...navigation, shiftStep: 0 });
        expect(typesOf(step.effects)).toEqual(['startTimer']);
      }),
    );
  });

  it('a panel closes when its state ends, and the channel with it', () => {
    fc.assert(
      fc.property(anyState, anyNavigation, (state, navigation) => {
        const step = happen(state, navigation, { type: 'stateEntered' });
        expect(step.navigation).toMatchObject({
          panel: null,
          focusedControl: undefined,
          requestingLong: false,
        });
        expect(typesOf(step.effects).includes('closeChannel')).toBe(
          navigation.panel === 'continued',
        );
      }),
    );
  });

  it('the channel is open while its panel is, and never opened twice', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyEvent), (state, events) => {
        const app = run(state, start);
        for (const event of events) app.send(event);
        const opened = typesOf(app.effects).filter((type) => /^(open|close)Channel$/.test(type));
        expect(opened).toEqual(
          opened.map((_type, index) => (index % 2 === 0 ? 'openChannel' : 'closeChannel')),
        );
        expect(opened.length % 2 === 1).toBe(app.navigation().panel === 'continued');
      }),
    );
  });

  it('the same event at the same place always gives the same step', () => {
    fc.assert(
      fc.property(anyState, anyNavigation, anyEvent, (state, navigation, event) => {
        const before = structuredClone(navigation);
        const step = happen(state, navigation, event);
        expect(navigation).toEqual(before);
        expect(happen(state, navigation, event)).toEqual(step);
      }),
    );
  });
});

group('Back', () => {
  const asksToLeave = (app: ReturnType<typeof run>) =>
    app.navigation().panel === 'confirm-exit' || typesOf(app.effects).includes('exit');

  it.each(['ours', 'the-tv'] as const)(
    'Back leads out of every state and panel in four presses or fewer (exit prompt: %s)',
    (exitPrompt) => {
      for (const state of states) {
        for (const panel of [null, ...panels]) {
          for (const shiftStep of [0, 3]) {
            const app = run(state, after({ panel, shiftStep }), exitPrompt);
            let presses = 0;
            // The question that is already open must be answered first.
            do {
              app.send({ type: 'keyPressed', key: 'Back' });
              presses++;
            } while (!asksToLeave(app) && presses < 10);
            expect(presses, `${state.type} under ${panel}`).toBeLessThanOrEqual(4);
          }
        }
      }
    },
  );

  it('Back closes the panel before it leads out of the state', () => {
    for (const panel of panels) {
      const step = happen(signedIn(), after({ panel }), { type: 'keyPressed', key: 'Back' });
      expect(step.navigation.panel).toBeNull();
      expect(typesOf(step.effects)).not.toContain('dispatch');
    }
  });

  it('Back cancels an attempt, and asks before the app is left elsewhere', () => {
    const leadsTo = (state: SignInState) => {
      const step = happen(state, start, { type: 'keyPressed', key: 'Back' });
      const cancels = step.effects.some(
        (effect) => effect.type === 'dispatch' && effect.event.type === 'cancelled',
      );
      return cancels ? 'cancel' : step.navigation.panel;
    };
    expect(Object.fromEntries(everyState.map((state) => [state.type, leadsTo(state)]))).toEqual({
      starting: 'confirm-exit',
      signedOut: 'confirm-exit',
      choosingAccount: 'confirm-exit',
      signedIn: 'confirm-exit',
      requesting: 'cancel',
      showingCode: 'cancel',
      approved: 'cancel',
      authorized: 'cancel',
      expired: 'cancel',
      denied: 'cancel',
      failed: 'cancel',
    });
  });

  it('Back leaves without a question of ours where the TV asks by itself', () => {
    const step = happen(signedIn(), start, { type: 'keyPressed', key: 'Back' }, 'the-tv');
    expect(typesOf(step.effects)).toContain('exit');
    expect(step.navigation.panel).toBeNull();
  });
});

group('OK and the pointer', () => {
  const enter = { type: 'keyPressed', key: 'Enter' } as const;

  it('OK presses the focused control', () => {
    const app = run({ type: 'signedOut' }, start);
    app.send({ type: 'keyPressed', key: 'Right' });
    app.send(enter);
    expect(app.navigation()).toMatchObject({ panel: 'language', focusedControl: undefined });
    app.send({ type: 'keyPressed', key: 'Right' });
    app.send(enter);
    expect(app.navigation()).toMatchObject({ panel: null, language: 'de' });
    expect(app.effects).toContainEqual({ type: 'saveLanguage', language: 'de' });
  });

  it('keys do nothing before the first picture', () => {
    for (const key of ['Enter', 'Left', 'Down'] as const) {
      const context: NavigationContext = { state: 'signedOut', exitPrompt: 'ours' };
      const step = navigate(start, { type: 'keyPressed', key }, context);
      expect(step.navigation).toBe(start);
      expect(typesOf(step.effects)).toEqual(['startTimer']);
    }
  });

  it('a pressed control sends its event to the machine and closes the panel', () => {
    const app = run(signedIn(), after({ panel: 'confirm-sign-out' }));
    app.send(enter);
    expect(app.state().type).toBe('signedOut');
    expect(app.navigation().panel).toBeNull();
  });

  it('the app is left only after the question is answered with Leave', () => {
    const app = run({ type: 'signedOut' }, after({ panel: 'confirm-exit' }));
    app.send(enter);
    expect(typesOf(app.effects)).not.toContain('exit');
    app.send({ type: 'keyPressed', key: 'Back' });
    app.send({ type: 'controlPressed', controlId: 'leave' });
    expect(typesOf(app.effects)).toContain('exit');
  });

  it('controls open and close the channel', () => {
    const app = run(signedIn(), start);
    app.send(enter);
    expect(typesOf(app.effects)).toContain('openChannel');
    app.send({ type: 'keyPressed', key: 'Back' });
    expect(typesOf(app.effects)).toContain('closeChannel');
  });

  it('a press of a control that is not on the screen is ignored', () => {
    for (const type of ['controlPressed', 'controlPointedAt'] as const) {
      expect(happen(signedIn(), start, { type, controlId: 'gone' }).navigation).toBe(start);
    }
  });

  it('a pointer that rests on the focused control changes nothing and draws nothing', () => {
    const event = { type: 'controlPointedAt', controlId: 'continue' } as const;
    expect(happen(signedIn(), start, event).navigation).toBe(start);
  });
});

group('time', () => {
  it('dims the picture after five minutes without a key, and moves it every minute from then on', () => {
    const idle = { type: 'timerEnded', timer: 'idle' } as const;
    const woken = happen(signedIn(), start, { type: 'keyPressed', key: 'Other' });
    expect(woken.effects).toEqual([{ type: 'startTimer', timer: 'idle', delayMs: 300_000 }]);
    const dimmed = happen(signedIn(), start, idle);
    expect(dimmed.effects).toEqual([{ type: 'startTimer', timer: 'idle', delayMs: 60_000 }]);
    expect(isDimmed(dimmed.navigation, 'signedIn')).toBe(true);
    const moved = happen(signedIn(), dimmed.navigation, idle);
    expect(shiftOf(moved.navigation)).not.toEqual(shiftOf(dimmed.navigation));
    expect(shiftOf(start)).toEqual({ x: 0, y: 0 });
  });

  it('keeps the picture bright while a code shows', () => {
    expect(isDimmed(after({ shiftStep: 3 }), 'showingCode')).toBe(false);
  });

  it('brightens the picture for the screen of a new state', () => {
    const step = happen(signedIn(), after({ shiftStep: 3 }), { type: 'stateEntered' });
    expect(step.navigation.shiftStep).toBe(0);
  });

  it.each([
    ['requesting', 'startTimer'],
    ['approved', 'startTimer'],
    ['starting', 'startTimer'],
    ['signedIn', 'cancelTimer'],
    ['showingCode', 'cancelTimer'],
  ] as const)('says after a second what is waited for: %s does %s', (name, type) => {
    const context: NavigationContext = { state: name, exitPrompt: 'ours' };
    const { effects } = navigate(start, { type: 'stateEntered' }, context);
    const timer = effects.filter(
      (effect) => /Timer$/.test(effect.type) && JSON.stringify(effect).includes('waiting'),
    );
    expect(typesOf(timer)).toEqual([type]);
    expect(
      happen({ type: 'starting' }, start, { type: 'timerEnded', timer: 'waiting' }).navigation,
    ).toMatchObject({ requestingLong: true });
  });
});

group('the device', () => {
  it('suspends session and sign-in while hidden, and wakes both and the picture on return', () => {
    const hidden = happen(signedIn(), start, { type: 'visibilityChanged', visible: false });
    expect(hidden.navigation.visible).toBe(false);
    expect(hidden.effects).toEqual([
      { type: 'suspendSession' },
      { type: 'dispatch', event: { type: 'suspended' } },
    ]);
    const back = happen(signedIn(), after({ visible: false, shiftStep: 4 }), {
      type: 'visibilityChanged',
      visible: true,
    });
    expect(back.navigation).toMatchObject({ visible: true, shiftStep: 0 });
    expect(typesOf(back.effects)).toEqual(['resumeSession', 'dispatch', 'startTimer']);
  });

  it('renews what is due when the network is back, unless the app is hidden', () => {
    const effectsOf = (offline: boolean, visible: boolean) =>
      typesOf(
        happen(signedIn(), after({ visible }), { type: 'connectionChanged', offline }).effects,
      );
    expect(effectsOf(false, true)).toEqual(['resumeSession']);
    expect(effectsOf(true, true)).toEqual([]);
    expect(effectsOf(false, false)).toEqual([]);
  });

  const offlineAfter = (deviceOffline: boolean, ...events: NavigationEvent[]) =>
    isOffline(
      events.reduce(
        (navigation, event) => happen(signedIn(), navigation, event).navigation,
        after({ deviceOffline }),
      ),
    );
  const answered: NavigationEvent = { type: 'requestEnded', answered: true };
  const unanswered: NavigationEvent = { type: 'requestEnded', answered: false };
  const lost: NavigationEvent = { type: 'connectionChanged', offline: true };
  const back: NavigationEvent = { type: 'connectionChanged', offline: false };

  it.each([
    ['the TV says so and nothing was asked', true, [], true],
    ['the TV says so, but the server answers', true, [answered], false],
    ['the TV says so and the server no longer answers', true, [answered, unanswered], true],
    ['the server answers again', true, [answered, unanswered, answered], false],
    ['the TV reports a lost network after a reply', false, [answered, lost], true],
    ['a reply comes after that report', false, [answered, lost, answered], false],
    ['the network is back', false, [lost, unanswered, back], false],
    ['no reply comes, but the TV says that it is online', false, [unanswered], false],
  ])('offline is %3$s when %1$s', (_what, deviceOffline, events, offline) => {
    expect(offlineAfter(deviceOffline, ...events)).toBe(offline);
  });

  it('a reply that changes nothing draws nothing anew', () => {
    const { navigation } = happen(signedIn(), start, answered);
    expect(happen(signedIn(), navigation, answered).navigation).toBe(navigation);
  });
});
