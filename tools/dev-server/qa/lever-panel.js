/* Draws the levers of levers.js. What they do is the console's business. */

import { element } from './element.js';
import { faultCounts, faultEndpoints } from './levers.js';

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

const select = (label, options) =>
  element(
    'select',
    { 'aria-label': label },
    ...options.map(([value, text]) => element('option', { value }, text)),
  );

/**
 * @param options.set called with a lever and its new value, as in the address
 * @param options.act called with the name of a step
 * @returns a function that shows the levers' values, by parameter
 */
export function drawLevers({ panel, groups, set, act }) {
  const shows = [];

  function draw(lever, aim) {
    const { label, title } = lever;
    switch (lever.kind) {
      case 'choice': {
        const row = element('fieldset', { class: 'segments', 'aria-label': label });
        const pick = segments(row, lever.options, (value) => set(lever, value));
        shows.push((values) => pick(values.get(lever.param) ?? lever.normal));
        return element(
          'div',
          { class: 'choice', 'data-lever': lever.param },
          element('span', {}, label),
          row,
        );
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
    const aim = () => `${endpoint.value}-${count.value}`;
    panel.append(
      element(
        'div',
        { class: 'group', style: `--columns: ${columns}` },
        element('h3', {}, title),
        ...(aimed ? [element('div', { class: 'aim', 'data-aim': '' }, endpoint, count)] : []),
        ...levers.map((lever) => draw(lever, aim)),
      ),
    );
  }
  return (values) => {
    for (const show of shows) show(values);
  };
}
