import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { renderIndexHtml } from '../tools/build/index-html.ts';
import { launchBrowser } from './browser';

const folder = inject('site');
const servers: Server[] = [];
let browser: Browser;

/** Serves the built site without any header, and a page that shows `framed` in a frame. */
async function serve(framed?: () => string): Promise<string> {
  const server = createServer((request, response) => {
    const [where = '/'] = (request.url ?? '/').split('?');
    if (where === '/frame') {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      return response.end(`<iframe src="${framed?.() ?? '/'}" width="1280" height="720"></iframe>`);
    }
    if (where === '/') {
      const signIn = { endpoints, clientId: 'tv', startAutomatically: true };
      response.writeHead(200, { 'Content-Type': 'text/html' });
      return response.end(renderIndexHtml({ appSettings: { name: 'Channel', signIn } }));
    }
    try {
      return response.end(readFileSync(path.join(folder, where)));
    } catch {
      return response.writeHead(404).end();
    }
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const endpoints = {
  deviceAuthorization: 'https://id.example/device',
  token: 'https://id.example/token',
};

/** Opens an address. @returns the page's frame, and the paths and hosts of all requests */
async function open(address: string, locale: string) {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => {
    const { host, pathname } = new URL(request.url());
    if (pathname !== '/favicon.ico') asked.push(host === 'id.example' ? host : pathname);
  });
  await page.goto(address);
  const frame = page.frameLocator('iframe');
  return { context, frame, asked };
}

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

describe('the app within another page', () => {
  it.each([
    ['en-US', /does not run inside another page/],
    ['de-DE', /nicht innerhalb einer anderen Seite/],
    ['es-ES', /dentro de otra página/],
    ['fr-FR', /intérieur d’une autre page/],
  ])(
    'the app does not run within a page of another site, and says so: %s',
    async (locale, text) => {
      const app = await serve();
      const evil = await serve(() => app.replace('127.0.0.1', 'localhost'));
      const { context, frame, asked } = await open(`${evil}/frame`, locale);
      await expect.poll(() => frame.locator('#splash-text').textContent()).toMatch(text);
      expect(await frame.locator('canvas').count()).toBe(0);
      expect(await frame.locator('#screen').count()).toBe(0);
      expect(asked).toEqual(['/frame', '/', '/appBundle.js']);
      await context.close();
    },
  );

  it('the app does not run within a page of its own that another site frames', async () => {
    const app = await serve();
    const evil = await serve(() => `${app.replace('127.0.0.1', 'localhost')}/frame`);
    const { context, frame, asked } = await open(`${evil}/frame`, 'en');
    const inner = frame.frameLocator('iframe');
    await expect.poll(() => inner.locator('#splash-text').textContent()).toMatch(/another page/);
    expect(asked).toEqual(['/frame', '/frame', '/', '/appBundle.js']);
    await context.close();
  });

  it('the app runs within a page of its own origin, as in the QA console', async () => {
    const { context, frame, asked } = await open(`${await serve()}/frame`, 'en');
    await expect.poll(() => frame.locator('#screen').getAttribute('data-screen')).toBeTruthy();
    await expect.poll(() => asked).toContain('id.example');
    await context.close();
  });
});
