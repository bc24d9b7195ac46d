import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../test/browser.ts';
import { buildSite, readSettings } from '../build/build.ts';
import { startDevServer } from '../dev-server/app-server.ts';
import { takePictures } from './pictures.ts';
import { stateDiagram } from './state-diagram.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Renews what the README shows: the pictures and the state diagram. */
const readme = path.join(root, 'README.md');
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(
    /```mermaid\n[\s\S]*?\n```/,
    () => `\`\`\`mermaid\n${stateDiagram()}\n\`\`\``,
  ),
);

const { outDir } = await buildSite({ outDir: path.join(root, '.cache', 'readme-site') });
const server = await startDevServer({
  host: 'localhost',
  appPort: 8080,
  authPort: 4001,
  settings: readSettings(path.join(root, 'settings.json')),
  outDir,
});
const browser = await launchBrowser();
try {
  const folder = path.join(root, 'docs', 'pictures');
  mkdirSync(folder, { recursive: true });
  for (const picture of await takePictures(browser, server, folder)) console.log(picture);
} finally {
  await browser.close();
  await server.close();
}
