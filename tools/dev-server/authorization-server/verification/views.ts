import { type AccountName, accountNames, people } from '../accounts.ts';
import type { DeviceCodeRecord } from '../device-codes.ts';
import { type Html, html } from './html.ts';
import {
  codeField,
  codeTitle,
  decisionButtons,
  framed,
  type PageFrame,
  resultPage,
} from './page-frame.ts';

/** Where the pages and their style sheet are. */
export interface Places {
  page: string;
  style: string;
}

const frameOf = ({ style }: Places): PageFrame => ({
  style,
  name: 'TV Sign-In',
  footer: 'Development server. Nothing here is a real account.',
});

const caution = html`<p class="caution"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3 22 20H2Z"/><path d="M12 10v4M12 17v.1"/></svg><span>Only continue if you started this on your TV.</span></p>`;

/** Which TV it is, as the TV says. Set apart from our own words: a stranger's TV may say anything. */
const deviceLine = (deviceName: string | undefined): Html | undefined =>
  deviceName === undefined
    ? undefined
    : html`<p class="device">Sign in on: <b data-device-name>${deviceName}</b></p>`;

const arrow = html`<svg class="arrow" viewBox="0 0 24 24" aria-hidden="true"><path d="m9 5 7 7-7 7"/></svg>`;

/**
 * Where every visit begins: the code is typed, or compared when the QR code brought it along.
 *
 * @param given the code to compare; empty when it is to be typed
 * @param about.problem a sentence that says why the code before did not do
 * @param about.deviceName what the TV that shows this code calls itself
 */
export function codeView(
  places: Places,
  given: string,
  about: { problem?: string | undefined; deviceName?: string | undefined } = {},
): string {
  const { problem, deviceName } = about;
  const compare = given !== '' && problem === undefined;
  const title = codeTitle(given, problem);
  return framed(
    frameOf(places),
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
        ${codeField(given, problem, 'ABCD-EFGH')}
        ${compare ? deviceLine(deviceName) : undefined}
        ${caution}
        <button class="primary" data-action="confirm">${compare ? 'Yes, continue' : 'Continue'}</button>
      </form>`,
  );
}

/** Who is signing in. */
export function accountView(
  places: Places,
  { userCode, deviceName }: Pick<DeviceCodeRecord, 'userCode' | 'deviceName'>,
): string {
  return framed(
    frameOf(places),
    'Choose an account',
    html`
      <form method="post" action="${places.page}">
        <input type="hidden" name="step" value="account">
        <input type="hidden" name="user_code" value="${userCode}">
        <h1>Choose an account</h1>
        <p class="lead">The TV with the code <b class="mono">${userCode}</b> will be signed in with it.</p>
        ${deviceLine(deviceName)}
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
  { userCode, deviceName, scope }: Pick<DeviceCodeRecord, 'userCode' | 'deviceName' | 'scope'>,
  account: AccountName,
): string {
  const allowed = scope
    .split(' ')
    .map(
      (one) =>
        html`<li><svg viewBox="0 0 24 24" aria-hidden="true"><path d="m5 12 5 5 9-10"/></svg>${permissions[one] ?? one}</li>`,
    );
  return framed(
    frameOf(places),
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
        ${deviceLine(deviceName)}
        ${caution}
        ${decisionButtons('allow', 'deny')}
      </form>`,
  );
}

/** How it ended. */
export function resultView(places: Places, result: 'allowed' | 'denied', name: string): string {
  const text =
    result === 'allowed'
      ? `It signs in as ${name} within a few seconds. You can close this page.`
      : 'Your TV gets no access. If you did not start this yourself, you did the right thing.';
  return resultPage(frameOf(places), result, text);
}
