import type { ScreenDescription } from './screen-description';

/** The mirror's own elements. */
interface Elements {
  screen: HTMLElement;
  title: HTMLElement;
  content: HTMLElement;
  controls: HTMLElement;
  live: HTMLElement;
}

/** What happens in the mirror. */
export interface MirrorListener {
  /** A screen reader's own gesture or automation pressed a control. */
  onPress(controlId: string): void;
  /** A screen reader gave the real focus to a control other than the focused one. */
  onFocus(controlId: string): void;
}

/** A screen in the DOM for screen readers and automation, visually hidden. */
export interface Mirror {
  /** Writes a screen; what has not changed is not touched, so nothing is announced twice. */
  show(description: ScreenDescription): void;
  /** Gives the real focus to the control that the picture shows it on. */
  regainFocus(): void;
}

/** Out of sight but still there for screen readers, which skip what is not displayed. */
const hiddenStyle =
  'position:fixed;left:0;top:0;width:1px;height:1px;margin:-1px;padding:0;border:0;overflow:hidden;clip:rect(0 0 0 0);white-space:nowrap';

function element(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  text?: string,
): HTMLElement {
  const created = document.createElement(name);
  for (const attribute of Object.keys(attributes)) {
    created.setAttribute(attribute, attributes[attribute] ?? '');
  }
  if (text !== undefined) created.textContent = text;
  return created;
}

function createElements(root: HTMLElement): Elements {
  const { ownerDocument: document } = root;
  const elements: Elements = {
    screen: element(document, 'div', { id: 'screen', role: 'main', style: hiddenStyle }),
    title: element(document, 'h1'),
    content: element(document, 'div'),
    controls: element(document, 'div', { role: 'group' }),
    live: element(document, 'div', { 'aria-live': 'polite', role: 'status' }),
  };
  const { screen, title, content, controls, live } = elements;
  screen.tabIndex = -1;
  for (const part of [title, content, controls, live]) screen.appendChild(part);
  root.appendChild(screen);
  return elements;
}

function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function setAttribute(target: HTMLElement, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

function contentElements(document: Document, description: ScreenDescription): HTMLElement[] {
  const { code } = description;
  const elements: HTMLElement[] = [];
  const paragraph = (
    text: string | undefined,
    attributes: Readonly<Record<string, string>> = {},
  ) => {
    if (text !== undefined && text !== '') {
      elements.push(element(document, 'p', attributes, text));
    }
  };
  if (description.problem !== undefined) {
    paragraph(description.body.join(' '), { 'data-problem': description.problem });
  } else {
    for (const line of description.body) paragraph(line);
  }
  paragraph(description.waiting);
  if (description.steps.length > 0) {
    const list = element(document, 'ol');
    for (const step of description.steps) {
      const { address } = step;
      const sentences = [
        step.text,
        address && address.before + address.address + address.after,
        step.detail,
      ];
      list.appendChild(
        element(document, 'li', {}, sentences.filter((text) => text !== undefined).join(' ')),
      );
    }
    elements.push(list);
  }
  if (code !== undefined) {
    paragraph(code.verificationUri, { 'data-verification-uri': code.verificationUri, dir: 'ltr' });
    paragraph(code.userCode, { 'data-user-code': code.userCode, dir: 'ltr', translate: 'no' });
    paragraph(code.qrCaption);
    paragraph(code.message);
  }
  paragraph(description.notice, { 'data-notice': '' });
  paragraph(description.footnote, { 'data-footnote': '' });
  return elements;
}

/** @returns what `content` holds now, to be passed as `before` next time */
function renderContent(content: HTMLElement, description: ScreenDescription, before: string) {
  const { code, waiting } = description;
  const { ownerDocument: document } = content;
  const elements = contentElements(document, description);
  const shown = elements.map((one) => one.outerHTML).join('');
  if (shown !== before) {
    content.textContent = '';
    for (const one of elements) content.appendChild(one);
    if (code !== undefined && waiting === undefined) {
      // `role=timer` is not announced: a screen reader reads the seconds only when asked.
      content.appendChild(element(document, 'p', { 'data-countdown': '', role: 'timer' }));
    }
  }
  const countdown = content.querySelector<HTMLElement>('[data-countdown]');
  if (countdown !== null && code !== undefined) setText(countdown, code.countdown);
  return shown;
}

const controlIdOf = (target: EventTarget | null): string | null =>
  (target as Element | null)?.getAttribute?.('data-control') ?? null;

const buttonsIn = (group: HTMLElement) => Array.from(group.children) as HTMLElement[];

function renderControls(group: HTMLElement, { controls, focused }: ScreenDescription): void {
  const { ownerDocument: document } = group;
  const existing = new Map<string | null, HTMLElement>();
  for (const button of buttonsIn(group)) existing.set(controlIdOf(button), button);
  let before: Element | null = group.firstElementChild;
  for (const { id, label } of controls) {
    const button =
      existing.get(id) ?? element(document, 'button', { type: 'button', 'data-control': id });
    existing.delete(id);
    setText(button, label);
    if (button === before) before = button.nextElementSibling;
    else group.insertBefore(button, before);
    button.tabIndex = id === focused ? 0 : -1;
  }
  existing.forEach((button) => {
    group.removeChild(button);
  });
}

/**
 * Makes the mirror: real buttons, the focused one really focused. Its listeners stand on the parts
 * that stay: in the ES5 build a listener made in a loop keeps the buttons of earlier screens alive.
 *
 * @param root element of the page to make `#screen` in
 */
export function createMirror(root: HTMLElement, listener: MirrorListener): Mirror {
  const { screen, title, content, controls, live } = createElements(root);
  const { ownerDocument: document } = root;
  let shown = '';
  let focused: string | undefined;

  function regainFocus(): void {
    const button = buttonsIn(controls).filter((one) => controlIdOf(one) === focused)[0];
    const target = button ?? screen;
    if (document.activeElement !== target) target.focus({ preventScroll: true });
  }

  /** Tab and `blur()` leave the focus on no element; from there keys still reach the app. */
  function regainLostFocus(): void {
    const { activeElement, body } = document;
    const isLost = activeElement === null || activeElement === body;
    if (isLost && document.hasFocus()) regainFocus();
  }

  controls.addEventListener('click', ({ target }) => {
    const id = controlIdOf(target);
    if (id !== null) listener.onPress(id);
  });
  // `focus` and `blur` do not bubble: captured on the way down.
  controls.addEventListener(
    'focus',
    ({ target }) => {
      const id = controlIdOf(target);
      if (id !== null && id !== focused) listener.onFocus(id);
    },
    true,
  );
  screen.addEventListener('blur', () => setTimeout(regainLostFocus, 0), true);
  document.defaultView?.addEventListener('focus', regainLostFocus);

  return {
    show(description) {
      setAttribute(screen, 'lang', description.language);
      setAttribute(screen, 'dir', 'ltr');
      setText(title, description.title);
      shown = renderContent(content, description, shown);
      focused = description.focused;
      renderControls(controls, description);
      setAttribute(screen, 'data-screen', description.screen);
      regainFocus();
      setText(live, description.spoken);
    },
    regainFocus,
  };
}
