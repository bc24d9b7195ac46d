import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A registry that knows RFC 8628 alone, as the app was without any provider. */
const withoutProviders: Plugin = {
  name: 'without-providers',
  setup(bundle) {
    bundle.onLoad({ filter: /oauth\/providers\/index\.ts$/ }, () => ({
      contents: `
        const rfc8628 = { name: 'rfc8628' };
        export const providerNames = ['rfc8628'];
        export const providerNamed = () => rfc8628;`,
      loader: 'ts',
    }));
  },
};

async function gzipBytes(plugins: Plugin[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { createAuthorizationServer } from './src/oauth/client.ts';
        export * from './src/oauth/providers/index.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    plugins,
  });
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length;
}

/** What all providers together add to the app's bundle, in gzipped bytes. */
export async function providerBytes(): Promise<{
  withAll: number;
  without: number;
  added: number;
}> {
  const withAll = await gzipBytes([]);
  const without = await gzipBytes([withoutProviders]);
  return { withAll, without, added: withAll - without };
}
