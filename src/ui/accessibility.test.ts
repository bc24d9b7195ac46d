// @vitest-environment jsdom
import { beforeEach, expect, describe as group, it, vi } from 'vitest';
import { renderMirror } from './accessibility';
import { describe } from './describe';
import { everyState, failed, modelOf, showingCode, signedIn } from './testing/models';

const find = (selector: string) => document.querySelector<HTMLElement>(selector);

group('the mirror', () => {
  beforeEach(() => {
    document.body.innerHTML = '';
    document.body.appendChild(document.createElement('main'));
  });

  const root = () => document.querySelector('main') as HTMLElement;

  it('names the screen and holds the code and address verbatim', () => {
    renderMirror(root(), describe(modelOf(showingCode())));
    expect(find('#screen')?.dataset['screen']).toBe('showing-code');
    expect(find('#screen [data-user-code]')?.textContent).toBe('PKQW-RNSJ');
    expect(find('#screen [data-user-code]')?.dataset['userCode']).toBe('PKQW-RNSJ');
    expect(find('[data-verification-uri]')?.textContent).toBe('https://id.example.com/device');
    expect(find('[data-verification-uri]')?.dataset['verificationUri']).toBe(
      'https://id.example.com/device',
    );
  });

  it('removes the code when the state that showed it ends', () => {
    renderMirror(root(), describe(modelOf(showingCode())));
    renderMirror(root(), describe(modelOf({ type: 'expired', returnTo: { type: 'signedOut' } })));
    expect(find('[data-user-code]')).toBeNull();
    expect(find('[data-verification-uri]')).toBeNull();
    expect(document.body.innerHTML).not.toContain('PKQW-RNSJ');
  });

  it('names the problem of a failure', () => {
    renderMirror(root(), describe(modelOf(failed('clock-wrong'))));
    expect(find('#screen [data-problem]')?.dataset['problem']).toBe('clock-wrong');
    expect(find('[data-problem]')?.textContent).toContain('secure connection');
  });

  it('gives the real focus to the focused control, whose text is its label', () => {
    const model = modelOf(signedIn());
    renderMirror(root(), describe(model));
    expect(document.activeElement?.textContent).toBe('Continue');
    renderMirror(root(), describe({ ...model, focusedControl: 'sign-out' }));
    expect(document.activeElement?.getAttribute('data-control')).toBe('sign-out');
    expect(document.querySelectorAll('[data-control][tabindex="0"]')).toHaveLength(1);
  });

  it('gives the real focus to the screen while there is no control', () => {
    renderMirror(root(), describe(modelOf({ type: 'starting' })));
    expect(document.activeElement?.id).toBe('screen');
  });

  it('keeps the buttons of a screen in place while the seconds go by, and announces nothing', async () => {
    const state = showingCode();
    renderMirror(root(), describe(modelOf(state)));
    const button = find('[data-control=cancel]');
    const announced = vi.fn();
    const observer = new MutationObserver(announced);
    const live = find('[aria-live]');
    if (live === null) throw new Error('no live region');
    observer.observe(live, { childList: true, characterData: true, subtree: true });
    renderMirror(root(), describe(modelOf(state, { monotonicMs: 60_000 })));
    await Promise.resolve();
    expect(find('[data-countdown]')?.textContent).toBe('9:00 left');
    expect(find('[data-control=cancel]')).toBe(button);
    expect(announced).not.toHaveBeenCalled();
    observer.disconnect();
  });

  it('announces a new screen politely, with the code spelled', () => {
    renderMirror(root(), describe(modelOf(showingCode())));
    expect(find('[aria-live=polite]')?.textContent).toContain('P K Q W dash R N S J');
  });

  it('reports a click on a mirrored button as a press of its control', () => {
    const onPress = vi.fn();
    renderMirror(root(), describe(modelOf(showingCode())), onPress);
    find('[data-control=help]')?.click();
    expect(onPress).toHaveBeenCalledWith('help');
  });

  it('shows the buttons of each screen in order, whatever came before', () => {
    for (const state of [...everyState, ...everyState.slice().reverse()]) {
      const description = describe(modelOf(state));
      renderMirror(root(), description);
      const ids = Array.from(document.querySelectorAll('[data-control]'), (button) =>
        button.getAttribute('data-control'),
      );
      expect(ids).toEqual(description.controls.map((control) => control.id));
    }
  });

  it('writes a name as text, never as markup', () => {
    const account = { id: '1', name: '<img src=x onerror=alert(1)>' };
    renderMirror(root(), describe(modelOf(signedIn({ account, accounts: [account] }))));
    expect(document.querySelector('img')).toBeNull();
  });

  it('sets lang and dir', () => {
    renderMirror(root(), describe(modelOf({ type: 'signedOut' }, { language: 'de' })));
    expect(find('#screen')?.lang).toBe('de');
    expect(find('#screen')?.dir).toBe('ltr');
  });
});
