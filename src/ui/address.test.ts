import { describe, expect, it } from 'vitest';
import { addressLines, cutMiddle, isHostWhole, shownAddress } from './address';

describe('the address to type', () => {
  it.each([
    ['https://id.example.com/device', 'id.example.com/device', 'id.example.com'],
    ['https://id.example.com/', 'id.example.com', 'id.example.com'],
    ['http://localhost:4001/device', 'http://localhost:4001/device', 'http://localhost:4001'],
    ['HTTPS://ID.example.com/Device', 'ID.example.com/Device', 'ID.example.com'],
    ['https://пример.рф/код', 'пример.рф/код', 'пример.рф'],
  ])('shows the address %s as %s', (uri, text, host) => {
    expect(shownAddress(uri)).toEqual({ text, hostLength: host.length });
  });

  it('shows a host of mixed scripts as a browser does', () => {
    expect(shownAddress('https://раypal.com/device').text).toBe('xn--ypal-43d9g.com/device');
  });

  it.each([
    // All letters of a part look like Latin ones.
    ['https://аррӏе.com/', 'xn--80ak6aa92e.com'],
    ['https://сосо.рф/', 'xn--n1aahb.xn--p1ai'],
    ['https://οαυ.ελ/', 'xn--mxa1at.xn--qxam'],
    // Scripts are mixed.
    ['https://gооgle.com/device', 'xn--ggle-55da.com/device'],
    ['https://id.exаmple.com', 'id.xn--exmple-4nf.com'],
    ['https://пример.com', 'xn--e1afmkfd.com'],
    // Letters that look like ASCII, or stand in another order than they are written.
    ['https://ɡithub.com', 'xn--ithub-qmc.com'],
    ['https://twıtter.com', 'xn--twtter-q9a.com'],
    ['https://ꮐoogle.com', 'xn--oogle-2ey.com'],
    ['https://אבג.example', 'xn--4dbcd.example'],
    ['https://google.com⁄evil.example/', 'google.xn--comevil-3d7c.example'],
  ])('shows the host of %s in punycode: %s', (uri, text) => {
    expect(shownAddress(uri).text).toBe(text);
  });

  it.each([
    ['https://bücher.example/d', 'bücher.example/d'],
    ['https://žluťoučký.cz', 'žluťoučký.cz'],
    ['https://例え.テスト', '例え.テスト'],
    ['https://ภาษา.ไทย', 'ภาษา.ไทย'],
    ['https://xn--e1afmkfd.xn--p1ai', 'xn--e1afmkfd.xn--p1ai'],
  ])('shows the host of %s as its owner writes it', (uri, text) => {
    expect(shownAddress(uri).text).toBe(text);
  });

  it('shows a text that is not an address as it came', () => {
    expect(shownAddress('').text).toBe('');
    expect(shownAddress('go to the pаge').text).toBe('go to the pаge');
  });

  it('an address is shortened in the middle of its path, never in its host', () => {
    const address = shownAddress(`https://id.example.com/${'x'.repeat(200)}/end`);
    const cut = cutMiddle(address, 40);
    expect(cut.text).toHaveLength(40);
    expect(cut.text).toMatch(/^id\.example\.com\/x+…x*\/end$/);
    const host = `${'h'.repeat(60)}.example`;
    expect(cutMiddle(shownAddress(`https://${host}/path`), 40).text).toBe(`${host}…`);
  });

  it('a host breaks after its dots only, and never where it would look like another', () => {
    const host = 'accounts.google.com.secure-login.evil.example';
    const lines = addressLines(shownAddress(`https://${host}/device`), (text) => text.length <= 20);
    expect(lines).toEqual(['accounts.google.com.', 'secure-login.', 'evil.example/device']);
    expect(isHostWhole({ text: host, hostLength: host.length }, lines)).toBe(true);
    expect(isHostWhole({ text: host, hostLength: host.length }, ['accounts.goo', 'gle'])).toBe(
      false,
    );
  });

  it('an address breaks after a slash where one is near', () => {
    const address = shownAddress('https://id.example.com/realms/customers/device');
    expect(addressLines(address, (text) => text.length <= 24)).toEqual([
      'id.example.com/realms/',
      'customers/device',
    ]);
  });
});
