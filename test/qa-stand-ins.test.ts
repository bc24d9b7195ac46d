import { describe, expect, it } from 'vitest';
import { type Console, lever, ok, plain } from './console';
import { consoleHarness } from './harness';
import { hearReplies } from './replies';
import { startServers } from './servers';
import { scanPicture } from './tv';

const { openConsole, running } = consoleHarness();

const chooseSystem = (qa: Console, name: string) =>
  qa.page.locator('[data-lever=provider] select').selectOption(name);

const chosenSystem = (qa: Console) => qa.page.locator('[data-lever=provider] select').inputValue();

describe('the lever that chooses a stand-in', () => {
  it('signs the TV in to the stand-in with the phone on the page, through the relay', async () => {
    const qa = await openConsole(plain);
    const secrets: string[] = [];
    await hearReplies(qa.page, ({ url, body }) => {
      if (!url.includes('/relay/')) return;
      for (const name of ['device_code', 'access_token', 'refresh_token']) {
        if (typeof body[name] === 'string') secrets.push(body[name]);
      }
    });
    await qa.seesScreen('signed-out');
    await chooseSystem(qa, 'github');
    await qa.tvFrame('provider=github');
    await qa.seesScreen('signed-out');
    expect(qa.link()).toBe(`${plain}&provider=github`);
    for (const idle of [lever('interval', '1'), '[data-lever=no-cors]', '[data-fault="500"]']) {
      expect(await qa.page.locator(idle).isDisabled(), idle).toBe(true);
    }
    for (const working of ['[data-step=approve-ada]', '[data-step=deny]', '[data-step=expire]']) {
      expect(await qa.page.locator(working).isEnabled(), working).toBe(true);
    }

    await qa.click(ok);
    await qa.seesScreen('showing-code');
    const address = qa.page.locator('#phone-address');
    await expect.poll(() => address.getAttribute('title')).toMatch(/\/login\/device$/);
    expect(await address.getAttribute('title')).toBe(scanPicture(await qa.picture()));
    const code = (await qa.tv.locator('[data-user-code]').textContent()) ?? '';
    await qa.phone.locator('input[name=user_code]').fill(code);
    await qa.phone.locator('[data-action=confirm]').click();
    await qa.phone.locator('[data-action=allow]').click();
    await qa.phone.locator('[data-result=allowed]').waitFor();
    await qa.seesScreen('signed-in');
    expect(await qa.title()).toContain('Ada');

    expect(await qa.outcomes('device')).toEqual(['ok']);
    expect((await qa.outcomes('token')).at(-1)).toBe('ok');
    const relayed = await qa.outcomes('relay');
    expect(relayed.length).toBeGreaterThanOrEqual(3);
    expect(new Set(relayed)).toEqual(new Set(['forwarded']));
    const report = await qa.report();
    expect(report).toContain('Signs in to: github');
    expect(report).toContain('"provider": "github"');
    const seen = `${await qa.page.locator('body').textContent()}${report}`;
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    for (const secret of secrets) {
      expect(seen).not.toContain(secret);
      expect(seen).toContain(`${secret.slice(0, 4)}… (${secret.length} characters)`);
    }
  });

  it('returns to the embedded server on Reset', async () => {
    const qa = await openConsole(`${plain}&provider=plex`);
    await qa.seesScreen('signed-out');
    expect(await qa.page.locator(lever('interval', '1')).isEnabled()).toBe(false);
    await qa.click('#reset');
    await qa.tvFrame('provider=embedded');
    await qa.seesScreen('signed-out');
    expect(qa.link()).toBe('');
    expect(await chosenSystem(qa)).toBe('embedded');
    expect(await qa.page.locator(lever('interval', '1')).isEnabled()).toBe(true);
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    await expect
      .poll(() => qa.page.locator('#phone-address').getAttribute('title'))
      .toMatch(new RegExp(`^${running.servers.authUrl}/device\\?user_code=`));
  });

  it('keeps the stand-in and what was done to its code in the address', async () => {
    const standIn = `${plain}&provider=aws-iam-identity-center`;
    const qa = await openConsole(
      `${standIn}&do=key-ok:signed-out.deny:showing-code.key-ok:denied.expire:showing-code` +
        '.key-ok:expired.approve-ada:showing-code',
    );
    await qa.seesScreen('signed-in');
    expect(await chosenSystem(qa)).toBe('aws-iam-identity-center');
    const ends = (await qa.outcomes('token')).filter((one) => one !== 'authorization_pending');
    expect(ends).toEqual(['access_denied', 'expired_token', 'ok']);
    expect(qa.link().startsWith(standIn)).toBe(true);
  });

  it('names a stand-in that it does not know', async () => {
    const qa = await openConsole(`${plain}&provider=githubb`);
    await expect
      .poll(() => qa.page.locator('#message').textContent())
      .toBe('There is no stand-in named githubb.');
  });
});

describe('the console of a server that was started with a stand-in', () => {
  it('begins at the stand-in, writes links that lead to it, and returns to it on Reset', async () => {
    const withPlex = await startServers({ provider: 'plex', lenient: true });
    try {
      const qa = await openConsole(plain, withPlex);
      await qa.tvFrame('provider=plex');
      await qa.seesScreen('signed-out');
      expect(qa.link()).toBe(`${plain}&provider=plex`);
      await qa.click(ok);
      await qa.seesScreen('showing-code');
      await expect
        .poll(() => qa.page.locator('#phone-address').getAttribute('title'))
        .toContain(withPlex.authUrl);
      await qa.click('[data-step=approve-ada]');
      await qa.seesScreen('signed-in');

      await chooseSystem(qa, 'embedded');
      await qa.tvFrame('provider=embedded');
      await qa.seesScreen('signed-out');
      expect(qa.link()).toBe(
        `${plain}&provider=plex&do=key-ok:signed-out.approve-ada:showing-code.set-provider-embedded:signed-in`,
      );
      await qa.click('#reset');
      await qa.tvFrame('provider=plex');
      expect(await chosenSystem(qa)).toBe('plex');
    } finally {
      await withPlex.close();
    }
  });
});
