import { describe, expect, it } from 'vitest';
import { isSameSite } from './same-site';

describe('hosts of one owner', () => {
  it.each([
    ['id.example.com', 'id.example.com'],
    ['id.example.com', 'token.example.com'],
    ['id.example.com', 'example.com'],
    ['example.com', 'id.example.com'],
    ['login.auth.example.com', 'api.example.com'],
    ['id.example.co.uk', 'token.example.co.uk'],
    ['example.co.uk', 'id.example.co.uk'],
    ['id.example.com.au', 'www.example.com.au'],
    ['id.zdf.de', 'api.zdf.de'],
    ['tenant.eu.auth0.com', 'tenant.eu.auth0.com'],
    ['tenant.okta.com', 'mtls.tenant.okta.com'],
    ['id.tv.local', 'api.tv.local'],
    ['localhost', 'localhost'],
    ['192.168.1.7', '192.168.1.7'],
    ['[::1]', '[::1]'],
    ['localhost', '127.0.0.1'],
    ['127.0.0.1', '[::1]'],
    ['auth.localhost', 'localhost'],
  ])('takes %s and %s for hosts of one owner', (host, other) => {
    expect(isSameSite(host, other)).toBe(true);
  });

  it.each([
    ['id.example.com', 'evil.com'],
    ['id.example.com', 'example.org'],
    ['id.example.com', 'evilexample.com'],
    ['id.example.com', 'id.example.com.evil.net'],
    ['id.example.com', 'com'],
    ['example.com', 'evil.com'],
    ['id.example.co.uk', 'evil.co.uk'],
    ['example.co.uk', 'co.uk'],
    ['co.uk', 'evil.co.uk'],
    ['example.ca.us', 'evil.ca.us'],
    ['example.com.br', 'evil.com.br'],
    ['example.gouv.fr', 'evil.gouv.fr'],
    ['tenant.auth0.com', 'evil.auth0.com'],
    ['tenant.eu.auth0.com', 'evil.eu.auth0.com'],
    ['tenant.eu.auth0.com', 'eu.auth0.com'],
    ['tenant.okta.com', 'evil.okta.com'],
    ['okta.com', 'evil.okta.com'],
    ['idcs-1.identity.oraclecloud.com', 'idcs-2.identity.oraclecloud.com'],
    ['tenant.b2clogin.com', 'evil.b2clogin.com'],
    ['app.herokuapp.com', 'evil.herokuapp.com'],
    ['app.westeurope.azurecontainerapps.io', 'evil.westeurope.azurecontainerapps.io'],
    ['d111.cloudfront.net', 'd222.cloudfront.net'],
    ['name.github.io', 'evil.github.io'],
    ['shop.pages.dev', 'evil.pages.dev'],
    ['x.duckdns.org', 'evil.duckdns.org'],
    ['nas.home.arpa', 'evil.home.arpa'],
    ['id.example.com', 'localhost'],
    ['id.example.com', '127.0.0.1'],
    ['id.example.com', '192.168.1.1'],
    ['id.example.com', '[::1]'],
    ['id.example.com', 'router'],
    ['a.local', 'b.local'],
    ['localhost', '192.168.1.7'],
    ['127.0.0.1.evil.com', '127.0.0.1'],
    ['localhost.evil.com', 'localhost'],
    ['192.168.1.7', '10.168.1.7'],
    ['8.8.8.8', '9.9.8.8'],
    ['keycloak', 'evil'],
  ])('takes %s and %s for hosts of two owners', (host, other) => {
    expect(isSameSite(host, other)).toBe(false);
  });
});
