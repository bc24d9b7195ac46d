import { createRequire } from 'node:module';
import path from 'node:path';
import { minify } from 'terser';
import { withoutEval } from './tools/build/lightning-without-eval.js';

const core = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@lightningjs/core/package.json')),
  'dist/src',
);
const coreParts = '@lightningjs/core/src/';

/**
 * Extends the Lightning CLI's ES5 configuration (LNG_CUSTOM_ROLLUP=true).
 * The CLI leaves core outside the bundle, as a file that needs Chrome 80; here core goes through
 * the same transpiler as the app, so that one ES5 file serves every TV.
 */
export const plugins = [
  {
    name: 'lightning-core-inside',
    resolveId: {
      order: 'pre',
      handler(source) {
        if (source === '@lightningjs/core') return path.join(core, 'index.js');
        // The app's own screens import single parts (see src/ui/lightning.ts).
        return source.startsWith(coreParts)
          ? path.join(core, source.slice(coreParts.length))
          : null;
      },
    },
  },
  {
    // The file of licenses is made of this list: modules that are in the bundle.
    name: 'list-modules',
    generateBundle(_options, bundle) {
      const inside = Object.values(bundle).flatMap(({ modules = {} }) =>
        Object.keys(modules).filter((id) => modules[id].renderedLength > 0),
      );
      const names = inside.map((id) => id.split(`${process.cwd()}${path.sep}`).join(''));
      this.emitFile({ type: 'asset', fileName: 'modules.json', source: JSON.stringify(names) });
    },
  },
  {
    name: 'lightning-without-eval',
    transform: {
      // Before anything else changes the source, which must be the one that was looked at.
      order: 'pre',
      handler(source, id) {
        const code = withoutEval(id, source);
        return code === undefined ? null : { code, map: null };
      },
    },
  },
  {
    name: 'minify',
    async renderChunk(code) {
      // Lightning finds a component's states by class name, so those names must survive.
      const minified = await minify(code, {
        ecma: 5,
        keep_classnames: true,
        keep_fnames: /^[A-Z]/,
        format: { comments: false },
        compress: { passes: 2 },
      });
      return { code: minified.code ?? '', map: null };
    },
  },
];
