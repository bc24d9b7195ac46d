import { describe, expect, it } from 'vitest';
import { providerNames } from '../../src/oauth/providers/index.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';

const policyOf = (signIn: Record<string, unknown>, development = false): string =>
  contentSecurityPolicy(
    { appSettings: { signIn: { clientId: 'tv', ...signIn } } },
    { development },
  );

const connections = (signIn: Record<string, unknown>, development = false): string[] =>
  (/connect-src ([^;]+)/.exec(policyOf(signIn, development))?.[1] ?? '').split(' ');

describe('the page may connect', () => {
  const endpoints = {
    deviceAuthorization: 'https://id.example/device',
    token: 'https://t.example/',
  };

  it('the page may connect to the endpoints that the settings name, and to no other server', () => {
    const allowed = connections({ endpoints, apiOrigins: ['https://api.example'] });
    expect(allowed).toEqual(
      expect.arrayContaining(['https://id.example', 'https://t.example', 'https://api.example']),
    );
    expect(allowed).not.toContain('https:');
  });

  it('the page may connect to the issuer, the listed hosts and no other server', () => {
    const allowed = connections({
      issuer: 'https://id.example/realms/tv',
      connectOrigins: ['https://token.example', 'cdn.example'],
    });
    expect(allowed).toEqual([
      "'self'",
      'data:',
      'blob:',
      'https://id.example',
      'https://token.example',
      'https://cdn.example',
      'file:',
    ]);
  });

  it('the page may connect to the servers of its system and no other server', () => {
    const allowed = connections({ provider: 'github' });
    expect(allowed).toContain('https://github.com');
    expect(allowed).toContain('https://api.github.com');
    expect(allowed).not.toContain('https:');
  });

  it.each(providerNames)('the page may connect to a few named servers with %s', (provider) => {
    for (const issuer of [undefined, 'https://id.example']) {
      const allowed = connections(JSON.parse(JSON.stringify({ provider, issuer })));
      for (const origin of allowed.slice(3, -1))
        expect(origin).toMatch(/^https:\/\/(\*\.)?[\w.-]+$/);
    }
  });

  it('the page may connect to the domain of an issuer that was not asked, and to no other', () => {
    const to = (issuer: string) => connections({ issuer }).filter((one) => one.includes('://'));
    expect(to('https://id.eu.example.co.uk')).toEqual([
      'https://id.eu.example.co.uk',
      'https://*.example.co.uk',
    ]);
    expect(to('https://tenant.auth0.com')).toEqual([
      'https://tenant.auth0.com',
      'https://*.tenant.auth0.com',
    ]);
    expect(to('https://192.168.1.7')).toEqual(['https://192.168.1.7']);
  });

  it('the page of the development server may connect to any https server until the issuer was asked', () => {
    expect(connections({ issuer: 'https://id.example' }, true)).toContain('https:');
    const embedded = { issuer: 'http://localhost:4001', allowInsecureHttp: true };
    expect(connections(embedded, true)).not.toContain('https:');
    expect(connections(embedded, true)).toContain('http://127.0.0.1:*');
    expect(connections(embedded).join(' ')).not.toContain(':*');
  });

  it('the page compiles no code out of texts', () => {
    expect(policyOf({ issuer: 'https://id.example' })).not.toMatch(
      /unsafe-eval|script-src[^;]*unsafe/,
    );
  });

  it('the page may connect to nothing but the relay when there is one', () => {
    const allowed = connections({
      issuer: 'https://id.example',
      relay: 'https://tv.example/relay',
    });
    expect(allowed).toContain('https://tv.example');
    expect(allowed).not.toContain('https:');
  });

  it('the page may connect to no address that a setting smuggles in', () => {
    for (const issuer of [
      'https://id.example;script-src *',
      "https://id.example;script-src'unsafe-inline'",
      'https://',
      'https://*',
      'data:text/html,*',
      7,
    ]) {
      expect(connections({ issuer }).join(' ')).not.toMatch(/[*]|example|html/);
      expect(connections({ connectOrigins: [issuer] }).join(' ')).not.toMatch(/[*]|example|html/);
    }
  });
});
