import { describe, expect, it } from 'vitest';
import { checkSettings } from '../../settings/settings';
import { checkedSignIn } from '../testing/recorded-client';
import { providerFactsOf, providerNames } from './index';

function faults(signIn: Record<string, unknown>): string[] {
  const outcome = checkSettings(
    { appSettings: { name: 'T', signIn } },
    {
      providers: providerNames,
      providerFacts: providerFactsOf,
      languages: [],
      colors: [],
      keys: [],
    },
  );
  return outcome.type === 'valid' ? [] : outcome.faults.map((fault) => fault.sentence);
}

describe('providerOptions', () => {
  it('providerOptions accept the options of the chosen provider', () => {
    expect(
      checkedSignIn({
        provider: 'veeam-vb365',
        issuer: 'https://vb365.example:4443',
        clientId: 'c',
        providerOptions: { version: 'v7', tenant: 'contoso' },
      }).providerOptions,
    ).toEqual({ version: 'v7', tenant: 'contoso' });
  });

  it('providerOptions suggest the nearest name for a misspelled option', () => {
    expect(
      faults({ provider: 'entra-v2', clientId: 'c', providerOptions: { tennant: 'contoso' } }),
    ).toEqual([
      'appSettings.signIn.providerOptions.tennant is not an option of entra-v2. Did you mean tenant?',
    ]);
  });

  it('providerOptions list the options of the provider, or say that it has none, when no name is near', () => {
    expect(faults({ provider: 'facebook', clientId: 'c', providerOptions: { x: '1' } })).toEqual([
      'appSettings.signIn.providerOptions.x is not an option of facebook. Known here: clientToken.',
    ]);
    expect(faults({ provider: 'github', clientId: 'c', providerOptions: { x: '1' } })).toEqual([
      'appSettings.signIn.providerOptions.x is not an option of github. It has none.',
    ]);
  });

  it('providerOptions refuse values that an option cannot have', () => {
    const options = { version: 'v9', azureEnvironment: 'global', authority: 'http://x.example' };
    expect(
      faults({ provider: 'veeam-vb365', clientId: 'c', providerOptions: options }),
    ).toHaveLength(3);
    expect(
      faults({ provider: 'veeam-vb365', clientId: 'c', providerOptions: { version: 8 } }),
    ).toEqual(['appSettings.signIn.providerOptions.version must be one of v6, v7, v8.']);
  });
});

describe('clientId', () => {
  it('clientId is required unless the provider registers no clients', () => {
    expect(faults({ provider: 'github' })).toHaveLength(1);
    expect(faults({ provider: 'plex' })).toEqual([]);
    expect(faults({ provider: 'jellyfin', issuer: 'https://jf.example' })).toEqual([]);
  });
});

describe('a relay in the settings', () => {
  it.each(['relay', '/relay', './api/relay', 'https://tv.example/relay'])(
    'a relay is accepted at %s',
    (relay) => {
      expect(faults({ clientId: 'c', relay })).toEqual([]);
    },
  );

  it.each([
    'http://tv.example/relay',
    '//evil.example',
    'ftp://tv.example',
    'javascript:alert(1)',
    '\\\\evil',
    'a b',
    '',
    7,
  ])('a relay is refused at %s', (relay) => {
    expect(faults({ clientId: 'c', relay })).toHaveLength(1);
  });
});
