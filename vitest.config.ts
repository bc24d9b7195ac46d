import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['./tools/test/progress-reporter.ts'],
    // The default of one second is a coin toss on a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
    server: { deps: { inline: [/@lightningjs/, /@metrological/, 'localcookies'] } },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['src/**/*.test.ts', 'tools/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'whole-app',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
