import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const lng = createRequire(import.meta.url).resolve('@lightningjs/cli/package.json');

/**
 * Runs `lng build`: TypeScript, Lightning core and every dependency become one ES5 file.
 *
 * @param root repository root, where the CLI looks for its files
 * @param folder folder for the CLI's output, relative to `root`; emptied first
 * @returns paths of the bundle and of a JSON list of the modules in it
 * @throws Error with the CLI's own output when the build fails
 */
export async function bundle(
  root: string,
  folder: string,
): Promise<{ script: string; modules: string }> {
  const { bin } = createRequire(import.meta.url)('@lightningjs/cli/package.json') as {
    bin: Record<string, string>;
  };
  const program = path.join(path.dirname(lng), bin['lng'] ?? '');
  const environment: NodeJS.ProcessEnv = {
    // The CLI writes every APP_* variable of the environment into the bundle: pass none on.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('APP_'))),
    LNG_AUTO_UPDATE: 'false',
    LNG_BUILD_EXIT_ON_FAIL: 'true',
    LNG_BUILD_FAIL_ON_WARNINGS: 'true',
    LNG_BUILD_FOLDER: folder,
    LNG_BUILD_SOURCEMAP: 'false',
    LNG_CUSTOM_ROLLUP: 'true',
  };
  let output = '';
  const status = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'build'], { cwd: root, env: environment });
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`The Lightning CLI could not build the app:\n${output}`);
  const built = path.join(root, folder);
  return {
    script: path.join(built, 'appBundle.es5.js'),
    modules: path.join(built, 'modules.json'),
  };
}
