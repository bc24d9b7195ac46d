// @vitest-environment jsdom
import { afterEach, beforeEach, expect, describe as group, it, vi } from 'vitest';
import { createMirror, type Mirror } from './accessibility';
import { describe } from './describe';
import { everyState, failed, modelOf, showingCode, signedIn } from './testing/models';

const find = (selector: string) => document.querySelector<HTMLElement>(selector);

group('the mirror', () => {
  afterEach(() => vi.restoreAllMocks());

  beforeEach(() => {
    document.body.innerHTML = '';
    const root = document.body.appendChild(document.createElement('main'));
    onPress.mockReset();
    onFocus.mockReset();
    mirror = createMirror(root, { onPress, onFocus });
  });

  let mirror: Mirror;
  const onPress = vi.fn<(controlId: string) => void>();
  const onFocus = vi.fn<(controlId: string) => void>();

  it('names the screen and holds the code and address verbatim', () => {
    mirror.show(describe(modelOf(showingCode())));
    expect(find('#screen')?.dataset['screen']).toBe('showing-code');
    expect(find('#screen [data-user-code]')?.textContent).toBe('PKQW-RNSJ');
    expect(find('#screen [data-user-code]')?.dataset['userCode']).toBe('PKQW-RNSJ');
    expect(find('[data-verification-uri]')?.textContent).toBe('https://id.example.com/device');
    expect(find('[data-verification-uri]')?.dataset['verificationUri']).toBe(
      'https://id.example.com/device',
    );
  });

  it('removes the code when the state that showed it ends', () => {
    mirror.show(describe(modelOf(showingCode())));
    mirror.show(describe(modelOf({ type: 'expired', returnTo: { type: 'signedOut' } })));
    expect(find('[data-user-code]')).toBeNull();
    expect(find('[data-verification-uri]')).toBeNull();
    expect(document.body.innerHTML).not.toContain('PKQW-RNSJ');
  });

  it('names the problem of a failure', () => {
    mirror.show(describe(modelOf(failed('clock-wrong'))));
    expect(find('#screen [data-problem]')?.dataset['problem']).toBe('clock-wrong');
    expect(find('[data-problem]')?.textContent).toContain('secure connection');
  });

  it('gives the real focus to the focused control, whose text is its label', () => {
    const model = modelOf(signedIn());
    mirror.show(describe(model));
    expect(document.activeElement?.textContent).toBe('Continue');
    mirror.show(describe({ ...model, focusedControl: 'sign-out' }));
    expect(document.activeElement?.getAttribute('data-control')).toBe('sign-out');
    expect(document.querySelectorAll('[data-control][tabindex="0"]')).toHaveLength(1);
  });

  it('gives the real focus to the screen while there is no control', () => {
    mirror.show(describe(modelOf({ type: 'starting' })));
    expect(document.activeElement?.id).toBe('screen');
  });

  it('keeps the buttons of a screen in place while the seconds go by, and announces nothing', async () => {
    const state = showingCode();
    mirror.show(describe(modelOf(state)));
    const button = find('[data-control=cancel]');
    const announced = vi.fn();
    const observer = new MutationObserver(announced);
    const live = find('[aria-live]');
    if (live === null) throw new Error('no live region');
    observer.observe(live, { childList: true, characterData: true, subtree: true });
    mirror.show(describe(modelOf(state, { monotonicMs: 60_000 })));
    await Promise.resolve();
    expect(find('[data-countdown]')?.textContent).toBe('9:00 left');
    expect(find('[data-control=cancel]')).toBe(button);
    expect(announced).not.toHaveBeenCalled();
    observer.disconnect();
  });

  it('announces a new screen politely, with the code spelled', () => {
    mirror.show(describe(modelOf(showingCode())));
    expect(find('[aria-live=polite]')?.textContent).toContain('P K Q W dash R N S J');
  });

  it('reports a click on a mirrored button as a press of its control', () => {
    mirror.show(describe(modelOf(showingCode())));
    find('[data-control=help]')?.click();
    expect(onPress.mock.calls).toEqual([['help']]);
  });

  it('reports the real focus that a screen reader moves, and never its own', () => {
    mirror.show(describe(modelOf(showingCode())));
    mirror.show(describe(modelOf(signedIn())));
    expect(onFocus).not.toHaveBeenCalled();
    find('[data-control=sign-out]')?.focus();
    expect(onFocus.mock.calls).toEqual([['sign-out']]);
  });

  it.each([
    ['the focused button', () => find('[data-control=continue]')],
    ['the screen', () => find('#screen')],
  ])('takes the real focus back after %s has lost it to the page', async (_name, from) => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    mirror.show(describe(modelOf(signedIn())));
    from()?.focus();
    from()?.blur();
    expect(document.activeElement).toBe(document.body);
    await vi.waitFor(() =>
      expect(document.activeElement?.getAttribute('data-control')).toBe('continue'),
    );
  });

  it('leaves the real focus to the browser’s own controls until the page has the focus again', async () => {
    const hasFocus = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    mirror.show(describe(modelOf(signedIn())));
    find('[data-control=continue]')?.blur();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(document.activeElement).toBe(document.body);
    hasFocus.mockReturnValue(true);
    window.dispatchEvent(new Event('focus'));
    expect(document.activeElement?.getAttribute('data-control')).toBe('continue');
  });

  it('leaves the real focus to another element of the page', async () => {
    mirror.show(describe(modelOf(signedIn())));
    const input = document.body.appendChild(document.createElement('input'));
    input.focus();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(document.activeElement).toBe(input);
    mirror.regainFocus();
    expect(document.activeElement?.getAttribute('data-control')).toBe('continue');
  });

  it('puts no listener on a button', () => {
    const added = vi.spyOn(HTMLButtonElement.prototype, 'addEventListener');
    for (const state of everyState) mirror.show(describe(modelOf(state)));
    expect(added).not.toHaveBeenCalled();
  });

  it('shows the buttons of each screen in order, whatever came before', () => {
    for (const state of [...everyState, ...everyState.slice().reverse()]) {
      const description = describe(modelOf(state));
      mirror.show(description);
      const ids = Array.from(document.querySelectorAll('[data-control]'), (button) =>
        button.getAttribute('data-control'),
      );
      expect(ids).toEqual(description.controls.map((control) => control.id));
    }
  });

  it('writes a name as text, never as markup', () => {
    const account = { id: '1', name: '<img src=x onerror=alert(1)>' };
    mirror.show(describe(modelOf(signedIn({ account, accounts: [account] }))));
    expect(document.querySelector('img')).toBeNull();
  });

  it('the mirror sets lang and dir', () => {
    mirror.show(describe(modelOf({ type: 'signedOut' }, { language: 'de' })));
    expect(find('#screen')?.lang).toBe('de');
    expect(find('#screen')?.dir).toBe('ltr');
  });
});
