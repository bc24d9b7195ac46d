import { parseArgs } from 'node:util';
import { buildSite } from './build.ts';

try {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string' },
      out: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const { outDir } = await buildSite({
    force: values.force,
    settingsFile: values.settings,
    outDir: values.out,
  });
  console.log(`The site is in ${outDir}. It runs from any web server and from file://.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
