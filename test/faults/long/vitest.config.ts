import { defineConfig } from 'vitest/config';

/** The long set, `npm run test:faults`. It is no project of the usual configuration, so that nothing else runs it. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    name: 'faults (long)',
    include: ['test/faults/long/*.long.ts'],
    globalSetup: ['test/faults/global-fault-broker.ts'],
    testTimeout: 40 * 60_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
