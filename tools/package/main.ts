import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readSettings } from '../build/build.ts';
import { makePackages } from './package.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string', default: path.join(root, 'settings.json') },
      metadata: { type: 'string', default: path.join(root, 'metadata.json') },
      out: { type: 'string', default: path.join(root, 'releases') },
    },
  });
  const { files, warnings } = await makePackages({
    settings: readSettings(values.settings),
    metadataFile: path.resolve(values.metadata),
    outDir: values.out,
  });
  for (const file of files) {
    console.log(
      `${path.relative(process.cwd(), file)}  ${(statSync(file).size / 1024).toFixed(0)} KB`,
    );
  }
  if (warnings.length > 0) {
    console.error(`\nNOT FOR VIEWERS: these packages are for trying things out.`);
    for (const warning of warnings) console.error(`- ${warning}`);
    console.error('Name your own server with --settings FILE.');
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
