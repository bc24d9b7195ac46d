import type { ScreenDescription } from './screen-description';

/** Where the mirror's own elements are kept between two renderings. */
interface Mirror {
  screen: HTMLElement;
  title: HTMLElement;
  content: HTMLElement;
  controls: HTMLElement;
  live: HTMLElement;
  /** What `content` shows, to leave it alone when nothing has changed. */
  shown: string;
}

const mirrors = new WeakMap<HTMLElement, Mirror>();

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

function mirrorIn(root: HTMLElement): Mirror {
  const existing = mirrors.get(root);
  if (existing !== undefined) return existing;
  const { ownerDocument: document } = root;
  const mirror: Mirror = {
    screen: element(document, 'div', { id: 'screen', role: 'main', style: hiddenStyle }),
    title: element(document, 'h1'),
    content: element(document, 'div'),
    controls: element(document, 'div', { role: 'group' }),
    live: element(document, 'div', { 'aria-live': 'polite', role: 'status' }),
    shown: '',
  };
  mirror.screen.tabIndex = -1;
  const { screen, title, content, controls, live } = mirror;
  for (const part of [title, content, controls, live]) screen.appendChild(part);
  root.appendChild(mirror.screen);
  mirrors.set(root, mirror);
  return mirror;
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
        step.aside,
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

function renderContent(mirror: Mirror, description: ScreenDescription): void {
  const { code, waiting } = description;
  const { ownerDocument: document } = mirror.screen;
  const elements = contentElements(document, description);
  const shown = elements.map((one) => one.outerHTML).join('');
  if (shown !== mirror.shown) {
    mirror.shown = shown;
    mirror.content.textContent = '';
    for (const one of elements) mirror.content.appendChild(one);
    if (code !== undefined && waiting === undefined) {
      // `role=timer` is not announced: a screen reader reads the seconds only when asked.
      mirror.content.appendChild(element(document, 'p', { 'data-countdown': '', role: 'timer' }));
    }
  }
  const countdown = mirror.content.querySelector<HTMLElement>('[data-countdown]');
  if (countdown !== null && code !== undefined) setText(countdown, code.countdown);
}

function renderControls(
  mirror: Mirror,
  description: ScreenDescription,
  onPress: ((id: string) => void) | undefined,
  onFocus: ((id: string) => void) | undefined,
): void {
  const { controls: group } = mirror;
  const { ownerDocument: document } = group;
  const existing = new Map<string, HTMLElement>();
  for (const child of Array.from(group.children) as HTMLElement[]) {
    existing.set(child.getAttribute('data-control') ?? '', child);
  }
  let before: Element | null = group.firstElementChild;
  for (const control of description.controls) {
    let button = existing.get(control.id);
    existing.delete(control.id);
    if (button === undefined) {
      button = element(document, 'button', { type: 'button', 'data-control': control.id });
      button.addEventListener('click', () => onPress?.(control.id));
      button.addEventListener('focus', () => onFocus?.(control.id));
    }
    setText(button, control.label);
    if (button === before) before = button.nextElementSibling;
    else group.insertBefore(button, before);
    button.tabIndex = control.id === description.focused ? 0 : -1;
  }
  for (const button of existing.values()) group.removeChild(button);
}

/**
 * Gives the real focus to the control that the picture shows it on. It may have gone elsewhere: Tab
 * leads out of the page.
 */
export function moveRealFocus(root: HTMLElement, description: ScreenDescription): void {
  const { screen, controls } = mirrorIn(root);
  const button = Array.from(controls.children).find(
    (child) => child.getAttribute('data-control') === description.focused,
  ) as HTMLElement | undefined;
  const target = button ?? screen;
  if (screen.ownerDocument.activeElement !== target) target.focus({ preventScroll: true });
}

/**
 * Writes a screen into the DOM for screen readers and automation: visually hidden, with real
 * buttons, the focused one really focused. What has not changed is not touched, so nothing is
 * announced twice.
 *
 * @param root element of the page that holds the mirror; `#screen` is made inside it once
 * @param description what the screen shows
 * @param onPress called with the id of a control that was pressed through the mirror: by a screen
 *   reader's own gesture or by automation. The first call for a root decides.
 * @param onFocus called with the id of a control that got the real focus, e.g. from a screen reader
 */
export function renderMirror(
  root: HTMLElement,
  description: ScreenDescription,
  onPress?: (id: string) => void,
  onFocus?: (id: string) => void,
): void {
  const mirror = mirrorIn(root);
  setAttribute(mirror.screen, 'lang', description.language);
  setAttribute(mirror.screen, 'dir', 'ltr');
  setText(mirror.title, description.title);
  renderContent(mirror, description);
  renderControls(mirror, description, onPress, onFocus);
  setAttribute(mirror.screen, 'data-screen', description.screen);
  moveRealFocus(root, description);
  setText(mirror.live, description.spoken);
}
