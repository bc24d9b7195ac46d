import { type AccountName, accountNames, people } from '../accounts.ts';
import { type Html, html } from './html.ts';

/** Where the pages and their style sheet are. */
export interface Places {
  page: string;
  style: string;
}

function document(places: Places, title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="color-scheme" content="dark">
    <meta name="theme-color" content="#0b1020">
    <title>${title} – TV Sign-In</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${places.style}">
  </head>
  <body>
    <header>
      <svg viewBox="0 0 32 32" aria-hidden="true"><rect x="3" y="6" width="26" height="17" rx="3"/><path d="M11 28h10"/></svg>
      <span>TV Sign-In</span>
    </header>
    <main>${main}</main>
    <footer>Development server. Nothing here is a real account.</footer>
  </body>
</html>`.html;
}

const caution = html`<p class="caution"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3 22 20H2Z"/><path d="M12 10v4M12 17v.1"/></svg><span>Only continue if you started this on your TV.</span></p>`;

const arrow = html`<svg class="arrow" viewBox="0 0 24 24" aria-hidden="true"><path d="m9 5 7 7-7 7"/></svg>`;

/**
 * Where every visit begins: the code is typed, or compared when the QR code brought it along.
 *
 * @param given the code to compare; empty when it is to be typed
 * @param problem a sentence that says why the code before did not do
 */
export function codeView(places: Places, given: string, problem?: string): string {
  const compare = given !== '' && problem === undefined;
  const title = compare ? 'Is this the code on your TV?' : 'Enter the code from your TV';
  return document(
    places,
    title,
    html`
      <form method="post" action="${places.page}">
        <input type="hidden" name="step" value="code">
        <h1>${title}</h1>
        <p class="lead">${
          compare
            ? 'It must be exactly the one that your TV shows.'
            : 'Your TV shows it next to the QR code.'
        }</p>
        ${problem === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${problem}</p>`}
        <label class="code">
          <span>Code</span>
          <input name="user_code" value="${given}" required maxlength="32" autocomplete="off"
            autocapitalize="characters" autocorrect="off" spellcheck="false" enterkeyhint="next"
            placeholder="ABCD-EFGH"${problem === undefined ? undefined : html` aria-describedby="problem" aria-invalid="true"`}>
        </label>
        ${caution}
        <button class="primary" data-action="confirm">${compare ? 'Yes, continue' : 'Continue'}</button>
      </form>`,
  );
}

/** Who is signing in. */
export function accountView(places: Places, userCode: string): string {
  return document(
    places,
    'Choose an account',
    html`
      <form method="post" action="${places.page}">
        <input type="hidden" name="step" value="account">
        <input type="hidden" name="user_code" value="${userCode}">
        <h1>Choose an account</h1>
        <p class="lead">The TV with the code <b class="mono">${userCode}</b> will be signed in with it.</p>
        <ul class="accounts">${accountNames.map(accountButton)}</ul>
      </form>`,
  );
}

function accountButton(account: AccountName): Html {
  const { name, email, givenName, familyName } = people[account];
  return html`
    <li><button name="account" value="${account}" data-account="${account}" class="account ${account}">
      <span class="face" aria-hidden="true">${givenName.slice(0, 1)}${familyName.slice(0, 1)}</span>
      <span><b>${name}</b><small>${email}</small></span>${arrow}
    </button></li>`;
}

const permissions: Readonly<Record<string, string>> = {
  openid: 'Know that it is you',
  profile: 'See your name',
  email: 'See your e-mail address',
  offline_access: 'Stay signed in until you sign out',
};

/** What the TV will be allowed. */
export function consentView(
  places: Places,
  userCode: string,
  account: AccountName,
  scope: string,
): string {
  const allowed = scope
    .split(' ')
    .map(
      (one) =>
        html`<li><svg viewBox="0 0 24 24" aria-hidden="true"><path d="m5 12 5 5 9-10"/></svg>${permissions[one] ?? one}</li>`,
    );
  return document(
    places,
    'Allow this TV?',
    html`
      <form method="post" action="${places.page}">
        <input type="hidden" name="step" value="decision">
        <input type="hidden" name="user_code" value="${userCode}">
        <input type="hidden" name="account" value="${account}">
        <h1>Allow this TV?</h1>
        <p class="lead">The TV with the code <b class="mono">${userCode}</b> wants to sign in as
          <b>${people[account].name}</b>. It will be able to:</p>
        <ul class="permissions">${allowed}</ul>
        ${caution}
        <button class="primary" name="decision" value="allow" data-action="allow">Allow</button>
        <button class="quiet" name="decision" value="deny" data-action="deny">Don’t allow</button>
      </form>`,
  );
}

/** How it ended. */
export function resultView(places: Places, result: 'allowed' | 'denied', name: string): string {
  const allowed = result === 'allowed';
  const title = allowed ? 'You can look at your TV now' : 'Nothing was signed in';
  const text = allowed
    ? `It signs in as ${name} within a few seconds. You can close this page.`
    : 'Your TV gets no access. If you did not start this yourself, you did the right thing.';
  return document(
    places,
    title,
    html`
      <section class="result ${result}" data-result="${result}" role="status">
        <svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="28"/>${
          allowed ? html`<path d="m20 33 9 9 16-19"/>` : html`<path d="M23 23 41 41M41 23 23 41"/>`
        }</svg>
        <h1>${title}</h1>
        <p class="lead">${text}</p>
      </section>`,
  );
}
