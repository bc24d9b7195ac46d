import { type Html, html } from './html.ts';

/** Whose page it is, and where its style sheet is. */
export interface PageFrame {
  style: string;
  /** Stands at the top, and in the title. */
  name: string;
  /** One sentence at the bottom. */
  footer: string;
}

/**
 * What a page that a phone opens may load, and who may show it.
 *
 * @param framedBy origins besides the page's own: the QA console's
 */
export const pagePolicy = (framedBy: readonly string[]): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    ["frame-ancestors 'self'", ...framedBy].join(' '),
  ].join('; ');

/** The whole of a page that a phone opens: one look for every server. */
export function framed({ style, name, footer }: PageFrame, title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="color-scheme" content="dark">
    <meta name="theme-color" content="#0b1020">
    <title>${title} – ${name}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${style}">
  </head>
  <body>
    <header>
      <svg viewBox="0 0 32 32" aria-hidden="true"><rect x="3" y="6" width="26" height="17" rx="3"/><path d="M11 28h10"/></svg>
      <span>${name}</span>
    </header>
    <main>${main}</main>
    <footer>${footer}</footer>
  </body>
</html>`.html;
}

/** What a page asks that takes a code: whether a code that came along is right, or for one. */
export function codeTitle(given: string, problem: string | undefined): string {
  return given !== '' && problem === undefined
    ? 'Is this the code on your TV?'
    : 'Enter the code from your TV';
}

/**
 * The field for the code, below what is wrong with the one before.
 *
 * @param given the code that came along; empty when it is to be typed
 * @param example how such a code looks
 */
export function codeField(given: string, problem: string | undefined, example: string): Html {
  return html`
        ${problem === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${problem}</p>`}
        <label class="code">
          <span>Code</span>
          <input name="user_code" value="${given}" required maxlength="32" autocomplete="off"
            autocapitalize="characters" autocorrect="off" spellcheck="false" enterkeyhint="next"
            placeholder="${example}"${problem === undefined ? undefined : html` aria-describedby="problem" aria-invalid="true"`}>
        </label>`;
}

/** Allow or not. The values are what the form is sent with. */
export function decisionButtons(allow: string, deny: string): Html {
  return html`
        <button class="primary" name="decision" value="${allow}" data-action="allow">Allow</button>
        <button class="quiet" name="decision" value="${deny}" data-action="deny">Don’t allow</button>`;
}

/** The last page. @param text what follows for the person; nothing when the title says it all */
export function resultPage(frame: PageFrame, result: 'allowed' | 'denied', text?: string): string {
  const allowed = result === 'allowed';
  const title = allowed ? 'You can look at your TV now' : 'Nothing was signed in';
  return framed(
    frame,
    title,
    html`
      <section class="result ${result}" data-result="${result}" role="status">
        <svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="28"/>${
          allowed ? html`<path d="m20 33 9 9 16-19"/>` : html`<path d="M23 23 41 41M41 23 23 41"/>`
        }</svg>
        <h1>${title}</h1>
        ${text === undefined ? undefined : html`<p class="lead">${text}</p>`}
      </section>`,
  );
}
