import { expect, vi } from 'vitest';

/**
 * How long `vi.waitFor` and `expect.poll` wait at least, whatever a test says beside a short wait: long enough for two cores
 * that many tests share. A condition that comes true ends the wait at once, so it costs nothing but the time of a test that
 * fails.
 */
const PATIENCE_MS = 40_000;
/** A shorter one is meant: the test expects that nothing comes, or looks again itself. */
const SHORT_MS = 5_000;
/** Setup files run before each test file, and the files of a worker share what they import. */
const DONE = Symbol.for('photo-repair: waits are patient');

if (!(DONE in vi.waitFor)) {
  const { waitFor } = vi;
  const { poll } = expect;
  const waitPatiently: typeof waitFor = (condition, options) =>
    waitFor(condition, patient(typeof options === 'number' ? { timeout: options } : options));
  vi.waitFor = Object.assign(waitPatiently, { [DONE]: true });
  expect.poll = (value, options) => poll(value, patient(options));
}

function patient<T extends { timeout?: number }>(options?: T): T & { timeout: number } {
  const { timeout = PATIENCE_MS } = options ?? {};
  return { ...options, timeout: timeout < SHORT_MS ? timeout : Math.max(timeout, PATIENCE_MS) } as T & {
    timeout: number;
  };
}
