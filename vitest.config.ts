import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Four tiers, named by what is real in them (CONTRIBUTING.md, "Tests").
 * `--project unit` needs nothing; the others need RabbitMQ, which `npm test` provides.
 */
const resolve = { tsconfigPaths: true };

/** A second, which is what vitest waits for a condition, is little on two cores that many tests share. */
const patient = { setupFiles: ['test/support/patient-waits.ts'] };

export default defineConfig({
  resolve,
  test: {
    // Most of what these tests do is waiting. One of two cores, which vitest would choose, takes twice as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          // Loading the same modules for each of some hundred files takes longer than the tests themselves.
          isolate: false,
          ...patient,
          include: ['{apps,libs,scripts,bench}/**/*.spec.{ts,mjs}'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          isolate: false,
          ...patient,
          include: ['test/integration/**/*.spec.ts', 'test/contract/**/*.spec.ts'],
          globalSetup: ['test/support/global-broker.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          ...patient,
          include: ['test/e2e/**/*.spec.ts'],
          globalSetup: ['test/e2e/page/global-system.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        // Kills, broken lines and planted bugs, a few of each; all of them are `npm run test:faults`.
        resolve,
        test: {
          name: 'faults',
          ...patient,
          include: ['test/faults/**/*.spec.ts'],
          globalSetup: ['test/faults/global-fault-broker.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
