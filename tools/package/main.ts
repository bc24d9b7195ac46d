import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readSettings } from '../build/build.ts';
import { publishOptions, publishRequest, warnOfDevelopment } from '../build/publish-options.ts';
import { makePackages } from './package.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string', default: path.join(root, 'settings.json') },
      metadata: { type: 'string', default: path.join(root, 'metadata.json') },
      out: { type: 'string', default: path.join(root, 'releases') },
      ...publishOptions,
    },
  });
  const { files, warnings } = await makePackages({
    ...publishRequest(values),
    settings: readSettings(values.settings),
    metadataFile: path.resolve(values.metadata),
    outDir: values.out,
  });
  for (const file of files) {
    console.log(
      `${path.relative(process.cwd(), file)}  ${(statSync(file).size / 1024).toFixed(0)} KB`,
    );
  }
  warnOfDevelopment('these packages are', warnings);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
