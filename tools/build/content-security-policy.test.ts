import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from './content-security-policy.ts';

const connections = (signIn: Record<string, unknown>): string[] =>
  (/connect-src ([^;]+)/.exec(contentSecurityPolicy({ appSettings: { signIn } }))?.[1] ?? '').split(
    ' ',
  );

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

  it.each([
    ['an issuer’s metadata names them', { issuer: 'https://id.example' }],
    ['a system brings its own', { provider: 'github' }],
  ])('the page may connect to any https server when %s', (_why, signIn) => {
    expect(connections(signIn)).toContain('https:');
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
    for (const issuer of ['https://id.example;script-src *', 'https://', 'data:text/html,*', 7]) {
      expect(connections({ issuer }).join(' ')).not.toMatch(/[*]|example|html/);
    }
  });
});
