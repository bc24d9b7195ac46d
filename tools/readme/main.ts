import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../test/browser.ts';
import { buildApp, readSettings } from '../build/build.ts';
import { startDevServer } from '../dev-server/app-server.ts';
import { renewGeneratedTexts } from './generated.ts';
import { takePictures } from './pictures.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

// Renews what the README shows. The pictures need a browser and a minute: `-- --no-pictures` leaves them.
renewGeneratedTexts();
if (process.argv.includes('--no-pictures')) process.exit();

const { outDir } = await buildApp({ outDir: path.join(root, '.cache', 'readme-site') });
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
