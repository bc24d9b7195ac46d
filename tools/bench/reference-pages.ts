import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { listen } from '../dev-server/listen.ts';

const core = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@lightningjs/core/package.json')),
  'dist/lightning.min.js',
);

/** What the browser itself costs: a page with a line of text, and no script but its own mark. */
const blank = `<!doctype html><meta charset="utf-8"><title>Blank</title>
<body style="background:#0b1020;color:#f2f5fb"><h1>Sign in on your TV</h1>
<script>requestAnimationFrame(function () { window.pictureDrawn = true; });</script>`;

/** What the framework costs as it comes: one text, and the loop that Lightning runs by itself. */
const lightning = `<!doctype html><meta charset="utf-8"><title>Lightning</title>
<body style="margin:0"><script src="lightning.js"></script>
<script>
class Hello extends lng.Application {
  static _template() {
    return { Title: { x: 96, y: 96, text: { text: 'Sign in on your TV', fontSize: 76 } } };
  }
}
const app = new Hello({ stage: { w: 1920, h: 1080, clearColor: 0xff0b1020 } });
document.body.appendChild(app.stage.getCanvas());
app.tag('Title').on('txLoaded', function () {
  app.stage.once('frameEnd', function () { window.pictureDrawn = true; });
});
</script>`;

/** The pages that the app is measured beside, on a server of their own. */
export interface ReferencePages {
  urls: { blank: string; lightning: string };
  /** Bytes of script of the page named so. */
  scripts: { blank: Buffer; lightning: Buffer };
  close(): Promise<void>;
}

/** Serves the reference pages. */
export async function startReferencePages(): Promise<ReferencePages> {
  const script = readFileSync(core);
  const answers: Readonly<Record<string, readonly [type: string, body: string | Buffer]>> = {
    '/blank/': ['text/html', blank],
    '/lightning/': ['text/html', lightning],
    '/lightning/lightning.js': ['text/javascript', script],
  };
  const { port, close } = await listen(
    (request, response) => {
      const [type, body] = answers[request.url ?? ''] ?? ['text/plain', ''];
      response.writeHead(body === '' ? 404 : 200, { 'Content-Type': type }).end(body);
    },
    { host: 'localhost', port: 0, variable: 'PORT' },
  );
  const url = (name: string) => `http://localhost:${port}/${name}/`;
  return {
    urls: { blank: url('blank'), lightning: url('lightning') },
    scripts: { blank: Buffer.alloc(0), lightning: script },
    close,
  };
}
