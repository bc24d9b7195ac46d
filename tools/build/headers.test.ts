import { describe, expect, it } from 'vitest';
import { headerFiles, securityHeaders } from './headers.ts';

const settings = {
  appSettings: {
    signIn: { issuer: 'https://id.example', clientId: 'tv', connectOrigins: ['https://t.example'] },
  },
};

describe('the headers of a hosted site', () => {
  it('the headers hold the whole policy, and what a meta element cannot say', () => {
    const headers = securityHeaders(settings);
    const policy = headers['Content-Security-Policy'] ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' file:; /);
    expect(policy).toMatch(/; frame-ancestors 'self'$/);
    expect(policy).toContain('https://id.example https://t.example');
    expect(headers).toMatchObject({
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'SAMEORIGIN',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
  });

  it('the headers are written for nginx and for hosts that read _headers', () => {
    const files = headerFiles(settings);
    const lines = (files['_headers'] ?? '').trimEnd().split('\n');
    expect(lines[0]).toBe('/*');
    const ofHost = lines.slice(1).map((line) => /^ {2}([\w-]+): (.+)$/.exec(line)?.slice(1));
    const ofNginx = (files['nginx-headers.conf'] ?? '')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => /^add_header ([\w-]+) "([^"$\\]+)" always;$/.exec(line)?.slice(1));
    expect(ofHost).toEqual(Object.entries(securityHeaders(settings)));
    expect(ofNginx).toEqual(ofHost);
  });

  it('the headers hold no line end or quotation mark out of the settings', () => {
    const odd = {
      appSettings: { signIn: { clientId: 'tv', issuer: 'https://id.example"\nX: y' } },
    };
    for (const value of Object.values(securityHeaders(odd))) expect(value).not.toMatch(/["\n]/);
  });
});
