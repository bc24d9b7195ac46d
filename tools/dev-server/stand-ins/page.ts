import { readFileSync } from 'node:fs';
import { html } from '../authorization-server/verification/html.ts';
import {
  codeField,
  codeTitle,
  decisionButtons,
  framed,
  type PageFrame,
  resultPage,
} from '../authorization-server/verification/page-frame.ts';

/** The style of the development server's own page: one look for everything a phone opens. */
export const pageStyle = readFileSync(
  new URL('../authorization-server/verification/style.css', import.meta.url),
  'utf8',
);

/** Where the page and its style are, and whose it is. */
export interface PagePlace {
  page: string;
  style: string;
  system: string;
}

const frameOf = ({ style, system }: PagePlace): PageFrame => ({
  style,
  name: `Stand-in for ${system}`,
  footer: 'A local stand-in. It has nothing to do with the real service, and asks for no password.',
});

/**
 * The code is typed, or compared when the address brought it along.
 *
 * @param problem why the code before did not do
 */
export function codePage(place: PagePlace, given: string, problem?: string): string {
  const title = codeTitle(given, problem);
  return framed(
    frameOf(place),
    title,
    html`
      <form method="post" action="${place.page}">
        <h1>${title}</h1>
        ${codeField(given, problem, '')}
        <button class="primary" data-action="confirm">Continue</button>
      </form>`,
  );
}

/** @param silent the system has no word for a refusal: the TV's code just runs out */
export function decisionPage(place: PagePlace, userCode: string, silent: boolean): string {
  return framed(
    frameOf(place),
    'Allow this TV?',
    html`
      <form method="post" action="${place.page}">
        <input type="hidden" name="user_code" value="${userCode}">
        <h1>Allow this TV?</h1>
        <p class="lead">The TV with the code <b class="mono">${userCode}</b> wants to sign in as
          <b>Ada Lovelace</b>.</p>
        ${silent ? html`<p class="lead">This system does not tell the TV about a refusal: its code runs out.</p>` : undefined}
        ${decisionButtons('approved', 'denied')}
      </form>`,
  );
}

/** How it ended. */
export function endPage(place: PagePlace, allowed: boolean): string {
  return resultPage(frameOf(place), allowed ? 'allowed' : 'denied');
}
