import { describe, expect, it } from 'vitest';
import { client } from '../../../../src/oauth/testing/client.ts';
import { readSettings } from '../../../build/build.ts';
import { send, startWithTv } from '../testing/tv.ts';

const never = new AbortController().signal;

/** `appSettings.signIn` of this repository, for a server at another address. */
function settingsFor(url: string): Record<string, unknown> {
  const { appSettings } = readSettings('settings.json') as {
    appSettings: { signIn: Record<string, unknown> };
  };
  return { ...appSettings.signIn, issuer: url, apiOrigins: [] };
}

/** What the phone shows at each step: the code, the accounts, the permissions. */
async function pagesFor(url: string, userCode: string): Promise<readonly string[]> {
  const submit = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ user_code: userCode, ...form });
    const headers = { Origin: url };
    return (await send(`${url}/device`, { method: 'POST', body, headers })).text;
  };
  return [
    (await send(`${url}/device?user_code=${userCode}`)).text,
    await submit({ step: 'code' }),
    await submit({ step: 'account', account: 'ada' }),
  ];
}

const deviceLine = (page: string) => /Sign in on: <b[^>]*>([^<]*)<\/b>/.exec(page)?.[1];

describe('the phone’s page', () => {
  it('the phone’s page names the TV at every step when the app signs in with its settings', async () => {
    const { url } = await startWithTv();
    const tv = client({ ...settingsFor(url), deviceName: 'Living room TV' });
    const issued = await tv.requestCode(never);
    if (issued.type !== 'issued') throw new Error(JSON.stringify(issued));
    const pages = await pagesFor(url, issued.authorization.userCode);
    expect(pages.map(deviceLine)).toEqual(Array(3).fill('Living room TV'));
  });

  it('the phone’s page names the maker of a TV that has no name in the settings', async () => {
    const { url } = await startWithTv();
    const issued = await client(settingsFor(url), { deviceName: 'LG TV' }).requestCode(never);
    if (issued.type !== 'issued') throw new Error(JSON.stringify(issued));
    const [first = ''] = await pagesFor(url, issued.authorization.userCode);
    expect(deviceLine(first)).toBe('LG TV');
  });

  it('the phone’s page takes the name of the TV for text and nothing else', async () => {
    const { url, requestCode } = await startWithTv();
    const { user_code } = await requestCode({
      device_name: '<img src=x onerror=alert(1)>"&\u202e',
    });
    for (const page of await pagesFor(url, user_code)) {
      expect(page).not.toContain('<img');
      expect(deviceLine(page)).toBe('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;');
    }
  });

  it('the phone’s page shows at most 64 characters of the name of a TV', async () => {
    const { url, requestCode } = await startWithTv();
    const { user_code } = await requestCode({ device_name: 'n'.repeat(5000) });
    const [first = ''] = await pagesFor(url, user_code);
    expect(deviceLine(first)).toBe(`${'n'.repeat(63)}…`);
  });

  it('the phone’s page has no line for a TV without a name', async () => {
    const { url, requestCode } = await startWithTv();
    const { user_code } = await requestCode({ device_name: ' \u200b ' });
    for (const page of await pagesFor(url, user_code)) expect(page).not.toContain('Sign in on');
  });

  it('the phone’s page names no TV for a code that is not known', async () => {
    const { url, requestCode } = await startWithTv();
    await requestCode({ device_name: 'Living room TV' });
    const page = await send(`${url}/device?user_code=WRNG-CODE`);
    expect(page.text).not.toContain('Living room TV');
  });
});
