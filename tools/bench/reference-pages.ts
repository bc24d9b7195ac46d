import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { listen } from '../dev-server/listen.ts';
import type { Measured } from './measure.ts';
import { buildStockPage } from './stock-page.ts';

const pagesFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'pages');
const core = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@lightningjs/core/package.json')),
  'dist/lightning.es5.min.js',
);

const page = (title: string, body: string) =>
  `<!doctype html><meta charset="utf-8"><title>${title}</title>${body}`;

/** The framework as it comes, for old engines: one text, and the loop that it runs by itself. */
const bareLightning = `(function () {
  var Hello = (function (Base) {
    function Hello() { return Reflect.construct(Base, arguments, Hello); }
    Object.setPrototypeOf(Hello, Base);
    Hello.prototype = Object.create(Base.prototype, { constructor: { value: Hello } });
    Hello._template = function () {
      return { Title: { x: 96, y: 96, text: { text: 'Sign in on your TV', fontSize: 76 } } };
    };
    return Hello;
  })(lng.Application);
  var app = new Hello({ stage: { w: 1920, h: 1080, clearColor: 0xff0b1020 } });
  document.body.appendChild(app.stage.getCanvas());
  app.tag('Title').on('txLoaded', function () {
    app.stage.once('frameEnd', function () { window.pictureDrawn = true; });
  });
})();`;

/** The plain page, bundled as a web developer would for the oldest browser of the bench. */
async function plainScript(issuer: string): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [path.join(pagesFolder, 'plain.tsx')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    target: 'chrome79',
    define: { 'process.env.NODE_ENV': '"production"', ISSUER: JSON.stringify(issuer) },
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

const plainStyle = `<style>body{margin:0;padding:96px;background:#0b1020;color:#f2f5fb;
font:36px sans-serif}h1{font-size:76px}strong{font-size:124px;font-family:monospace}
button{font:inherit;padding:24px 48px}svg{background:#fff;padding:32px}</style>`;

/** A reference page and its scripts. */
export interface ReferencePage {
  measured: Measured;
  script: Buffer;
}

/** The pages that the app is measured beside, on a server of their own. */
export interface ReferencePages {
  floor: ReferencePage;
  bareLightning: ReferencePage;
  stock: ReferencePage;
  plain: ReferencePage;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.ttf': 'font/ttf',
  '.png': 'image/png',
};

/**
 * Serves the reference pages.
 *
 * @param issuer the authorization server that those which sign in talk to
 * @throws Error when one of them cannot be built
 */
export async function startReferencePages(issuer: string): Promise<ReferencePages> {
  const coreScript = readFileSync(core);
  const floorScript = readFileSync(path.join(pagesFolder, 'floor.js'), 'utf8').replace(
    'ISSUER',
    JSON.stringify(issuer),
  );
  const plain = await plainScript(issuer);
  const stock = await buildStockPage();
  const files: Record<string, string | Buffer> = {
    '/floor/index.html': page('Floor', `<body><script src="floor.js"></script>`),
    '/floor/floor.js': floorScript,
    '/lightning/index.html': page(
      'Lightning',
      `<body style="margin:0"><script src="lightning.js"></script><script src="hello.js"></script>`,
    ),
    '/lightning/lightning.js': coreScript,
    '/lightning/hello.js': bareLightning,
    '/plain/index.html': page(
      'Plain',
      `${plainStyle}<div id="root"></div><script src="plain.js"></script>`,
    ),
    '/plain/plain.js': plain,
  };
  for (const entry of readdirSync(stock, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files[`/stock/${path.relative(stock, file)}`] = readFileSync(file);
  }
  const { port, close } = await listen(
    (request, response) => {
      const body = files[request.url ?? ''];
      const type = types[path.extname(request.url ?? '')] ?? 'text/plain';
      response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': type }).end(body ?? '');
    },
    { host: 'localhost', port: 0, variable: 'PORT' },
  );
  const url = (name: string) => `http://localhost:${port}/${name}`;
  const drawn = (screen: string) => `document.querySelector('[data-screen="${screen}"]')`;
  const signIn = { drawn: drawn('signed-out'), codeDrawn: drawn('showing-code') };
  const stockScripts = ['polyfills.js', 'lightning.es5.min.js', 'appBundle.es5.js'];
  return {
    floor: {
      measured: { name: 'floor', url: url('floor/index.html'), ...signIn },
      script: Buffer.from(floorScript),
    },
    bareLightning: {
      measured: {
        name: 'bare Lightning',
        url: url('lightning/index.html'),
        drawn: 'window.pictureDrawn',
      },
      script: Buffer.concat([coreScript, Buffer.from(bareLightning)]),
    },
    stock: {
      measured: { name: 'stock', url: url('stock/measured.html'), drawn: 'window.pictureDrawn' },
      script: Buffer.concat(stockScripts.map((name) => readFileSync(path.join(stock, 'js', name)))),
    },
    plain: {
      measured: { name: 'plain page', url: url('plain/index.html'), ...signIn },
      script: plain,
    },
    close,
  };
}
