import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Whole-app tests wait most of the time: for polls, clocks and pictures. */
const wholeAppWorkers = Math.min(4, availableParallelism() + 1);

export default defineConfig({
  resolve: {
    // As the bundler and the compiler have it: single parts of Lightning core.
    alias: {
      '@lightningjs/core/src': fileURLToPath(
        new URL('node_modules/@lightningjs/core/dist/src', import.meta.url),
      ),
    },
  },
  test: {
    reporters: ['./tools/test/progress-reporter.ts'],
    // On a busy machine the default of one second is too short for a whole app.
    expect: { poll: { timeout: 15_000 } },
    server: { deps: { inline: [/@lightningjs/, /@metrological/, 'localcookies'] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts'],
          maxWorkers: availableParallelism(),
          // Ends what hangs; some compute for seconds where the processor is shared.
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole-app',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: wholeAppWorkers,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
