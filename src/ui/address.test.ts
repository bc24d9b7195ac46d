import { describe, expect, it } from 'vitest';
import { addressLines, cutMiddle, shownAddress } from './address';

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

  it('an address breaks after a slash where one is near', () => {
    const address = shownAddress('https://id.example.com/realms/customers/device');
    expect(addressLines(address, (text) => text.length <= 24)).toEqual([
      'id.example.com/realms/',
      'customers/device',
    ]);
  });
});
