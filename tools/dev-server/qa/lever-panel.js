/* Draws the levers of levers.js. What they do is the console's business. */

import { element } from './element.js';
import { faultCounts, faultEndpoints, works } from './levers.js';

/** A row of buttons of which one is pressed. */
export function segments(target, options, onPick) {
  const buttons = options.map(({ value, text }) =>
    element(
      'button',
      { 'data-value': value, 'aria-pressed': 'false', onclick: () => onPick(value) },
      text,
    ),
  );
  target.replaceChildren(...buttons);
  return (picked) => {
    for (const button of buttons) {
      button.setAttribute('aria-pressed', String(button.dataset.value === picked));
    }
  };
}

const select = (label, options, onchange) =>
  element(
    'select',
    { 'aria-label': label, onchange },
    ...options.map(([value, text]) => element('option', { value }, text)),
  );

/**
 * @param options.set called with a lever and its new value, as in the address
 * @param options.act called with the name of a step
 * @returns `show`, which shows the levers' values, by parameter, and which of them have no meaning
 *   for the system that the TV signs in to, and `resetAims`, which aims faults as at the start
 */
export function drawLevers({ panel, groups, set, act }) {
  const shows = [];
  const aims = [];

  const labeled = ({ label, param }, control) =>
    element('div', { class: 'choice', 'data-lever': param }, element('span', {}, label), control);

  /** Disables what would do nothing. */
  function disableIdle(drawn, does, title) {
    drawn.classList.toggle('idle', !does);
    drawn.title = does ? title : 'Only the embedded server does this';
    for (const one of [drawn, ...drawn.querySelectorAll('button, select')]) one.disabled = !does;
  }

  function draw(lever, aim) {
    const { label, title } = lever;
    switch (lever.kind) {
      case 'choice': {
        const row = element('fieldset', { class: 'segments', 'aria-label': label });
        const pick = segments(row, lever.options, (value) => set(lever, value));
        shows.push((values) => pick(values.get(lever.param) ?? lever.normal));
        return labeled(lever, row);
      }
      case 'list': {
        const pairs = lever.options.map(({ value, text }) => [value, text]);
        const box = select(label, pairs, () => set(lever, box.value));
        shows.push((values) => {
          box.value = values.get(lever.param) ?? lever.normal;
        });
        return labeled(lever, box);
      }
      case 'toggle': {
        const flip = () =>
          set(lever, button.getAttribute('aria-pressed') === 'true' ? undefined : 'on');
        const button = element(
          'button',
          { title, 'data-lever': lever.param, onclick: flip },
          label,
        );
        shows.push((values) =>
          button.setAttribute('aria-pressed', String(values.has(lever.param))),
        );
        return button;
      }
      case 'action':
        return element(
          'button',
          { title, class: lever.tone, 'data-step': lever.step, onclick: () => act(lever.step) },
          label,
        );
      case 'fault':
        return element(
          'button',
          { title, 'data-fault': lever.name, onclick: () => act(`fault-${lever.name}-${aim()}`) },
          label,
        );
      default:
        throw new Error(`No lever is a ${lever.kind}`);
    }
  }

  for (const { title, columns, levers, aimed } of groups) {
    const endpoint = select('Which replies', faultEndpoints);
    const count = select('How many replies', faultCounts);
    aims.push(endpoint, count);
    const aim = () => `${endpoint.value}-${count.value}`;
    const aiming = element('div', { class: 'aim', 'data-aim': '' }, endpoint, count);
    const drawn = levers.map((lever) => draw(lever, aim));
    shows.push((_values, system) => {
      for (const [index, lever] of levers.entries()) {
        disableIdle(drawn[index], works(lever, system), lever.title ?? '');
      }
      disableIdle(aiming, works({ kind: 'fault' }, system), '');
    });
    panel.append(
      element(
        'div',
        { class: 'group', style: `--columns: ${columns}` },
        element('h3', {}, title),
        ...(aimed ? [aiming] : []),
        ...drawn,
      ),
    );
  }
  return {
    show(values, system) {
      for (const show of shows) show(values, system);
    },
    resetAims() {
      for (const box of aims) box.selectedIndex = 0;
    },
  };
}
