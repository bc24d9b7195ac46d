import { parseArgs } from 'node:util';
import { buildSite } from './build.ts';
import { publishOptions, publishRequest, warnOfDevelopment } from './publish-options.ts';

try {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string' },
      out: { type: 'string' },
      force: { type: 'boolean', default: false },
      ...publishOptions,
    },
  });
  const { outDir, warnings } = await buildSite({
    ...publishRequest(values),
    force: values.force,
    settingsFile: values.settings,
    outDir: values.out,
  });
  console.log(`The site is in ${outDir}. It runs from any web server and from file://.`);
  warnOfDevelopment('this site is', warnings);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
