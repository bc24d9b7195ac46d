import { readFileSync } from 'node:fs';
import { type Html, html } from '../authorization-server/verification/html.ts';

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

function document(place: PagePlace, title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="color-scheme" content="dark">
    <meta name="theme-color" content="#0b1020">
    <title>${title} – ${place.system}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${place.style}">
  </head>
  <body>
    <header>
      <svg viewBox="0 0 32 32" aria-hidden="true"><rect x="3" y="6" width="26" height="17" rx="3"/><path d="M11 28h10"/></svg>
      <span>Stand-in for ${place.system}</span>
    </header>
    <main>${main}</main>
    <footer>A local stand-in. It has nothing to do with the real service, and asks for no password.</footer>
  </body>
</html>`.html;
}

/**
 * The code is typed, or compared when the address brought it along.
 *
 * @param problem why the code before did not do
 */
export function codePage(place: PagePlace, given: string, problem?: string): string {
  const compare = given !== '' && problem === undefined;
  const title = compare ? 'Is this the code on your TV?' : 'Enter the code from your TV';
  return document(
    place,
    title,
    html`
      <form method="post" action="${place.page}">
        <h1>${title}</h1>
        ${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
        <label class="code">
          <span>Code</span>
          <input name="user_code" value="${given}" required maxlength="32" autocomplete="off"
            autocapitalize="characters" autocorrect="off" spellcheck="false" enterkeyhint="next">
        </label>
        <button class="primary" data-action="confirm">Continue</button>
      </form>`,
  );
}

/** @param silent the system has no word for a refusal: the TV's code just runs out */
export function decisionPage(place: PagePlace, userCode: string, silent: boolean): string {
  return document(
    place,
    'Allow this TV?',
    html`
      <form method="post" action="${place.page}">
        <input type="hidden" name="user_code" value="${userCode}">
        <h1>Allow this TV?</h1>
        <p class="lead">The TV with the code <b class="mono">${userCode}</b> wants to sign in as
          <b>Ada Lovelace</b>.</p>
        ${silent ? html`<p class="lead">This system does not tell the TV about a refusal: its code runs out.</p>` : undefined}
        <button class="primary" name="decision" value="approved" data-action="allow">Allow</button>
        <button class="quiet" name="decision" value="denied" data-action="deny">Don’t allow</button>
      </form>`,
  );
}

/** How it ended. */
export function resultPage(place: PagePlace, allowed: boolean): string {
  const title = allowed ? 'You can look at your TV now' : 'Nothing was signed in';
  return document(
    place,
    title,
    html`
      <section class="result ${allowed ? 'allowed' : 'denied'}" data-result="${allowed ? 'allowed' : 'denied'}" role="status">
        <svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="28"/>${
          allowed ? html`<path d="m20 33 9 9 16-19"/>` : html`<path d="M23 23 41 41M41 23 23 41"/>`
        }</svg>
        <h1>${title}</h1>
      </section>`,
  );
}
