import { describe, expect, it } from 'vitest';
import { send, startWithTv } from '../testing/tv.ts';

async function startWithPhone() {
  const tv = await startWithTv({ intervalSeconds: 0 });
  const submit = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    send(`${tv.url}/device`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { Origin: tv.url, ...headers },
    });
  return { ...tv, open: (url: string) => send(url), submit };
}

describe('The verification page', () => {
  it('the verification page asks for the code at the short address', async () => {
    const { open, url } = await startWithPhone();
    const page = await open(`${url}/device`);
    expect(page.text).toContain('Enter the code from your TV');
    expect(page.text).toContain('name="user_code" value=""');
  });

  it('the verification page asks to compare the code when the QR code brought it along', async () => {
    const { open, requestCode } = await startWithPhone();
    const issued = await requestCode();
    const page = await open(issued.verification_uri_complete ?? '');
    expect(page.text).toContain('Is this the code on your TV?');
    expect(page.text).toContain(`value="${issued.user_code}"`);
    expect(page.text).toContain('Only continue if you started this on your TV.');
  });

  it('the verification page signs the TV in: code, account, allow', async () => {
    const { submit, requestCode, poll } = await startWithPhone();
    const issued = await requestCode();
    const user_code = issued.user_code.toLowerCase();
    const accounts = await submit({ step: 'code', user_code });
    expect(accounts.text).toContain('data-account="ada"');
    expect(accounts.text).toContain('data-account="grace"');
    const consent = await submit({ step: 'account', user_code, account: 'grace' });
    expect(consent.text).toContain('Allow this TV?');
    expect(consent.text).toContain('See your e-mail address');
    expect((await poll(issued)).json).toMatchObject({ error: 'authorization_pending' });
    const result = await submit({
      step: 'decision',
      user_code,
      account: 'grace',
      decision: 'allow',
    });
    expect(result.text).toContain('data-result="allowed"');
    expect((await poll(issued)).status).toBe(200);
  });

  it('the verification page refuses the TV', async () => {
    const { submit, requestCode, poll } = await startWithPhone();
    const issued = await requestCode();
    const { user_code } = issued;
    const result = await submit({ step: 'decision', user_code, account: 'ada', decision: 'deny' });
    expect(result.text).toContain('data-result="denied"');
    expect((await poll(issued)).json).toMatchObject({ error: 'access_denied' });
  });

  it('the verification page can be left and opened again: nothing is used up before the decision', async () => {
    const { submit, open, requestCode, control } = await startWithPhone();
    const issued = await requestCode();
    await submit({ step: 'account', user_code: issued.user_code, account: 'ada' });
    const again = await open(issued.verification_uri_complete ?? '');
    expect(again.text).toContain('Is this the code on your TV?');
    expect(control.state().codes[0]).toMatchObject({ status: 'pending' });
  });

  it('the verification page says why a code is not accepted, and lets a person try again', async () => {
    const { submit, requestCode, control } = await startWithPhone();
    const wrong = await submit({ step: 'code', user_code: 'ABCD-EFGH' });
    expect(wrong.text).toContain('That code is not known. Compare it with your TV and try again.');
    expect(wrong.text).toContain('name="user_code" value="ABCD-EFGH"');
    const { user_code } = await requestCode();
    control.expire(user_code);
    expect((await submit({ step: 'code', user_code })).text).toContain('That code has expired.');
    const used = await requestCode();
    await control.approve(used.user_code, 'ada');
    const again = await submit({ step: 'code', user_code: used.user_code });
    expect(again.text).toContain('That code has been used already.');
  });

  it('the verification page escapes what is typed into it', async () => {
    const { open, url } = await startWithPhone();
    const page = await open(`${url}/device?user_code=${encodeURIComponent('"><script>')}`);
    expect(page.text).not.toContain('<script>');
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });

  it('the verification page takes no decision from another site', async () => {
    const { submit, requestCode, control } = await startWithPhone();
    const { user_code } = await requestCode();
    const form = { step: 'decision', user_code, account: 'ada', decision: 'allow' };
    const reply = await submit(form, { 'Sec-Fetch-Site': 'cross-site' });
    expect(reply.status).toBe(403);
    expect(control.state().codes[0]).toMatchObject({ status: 'pending' });
  });
});
