import { vi } from 'vitest';

/**
 * How long `vi.waitFor` waits where a test says nothing: long enough for two cores that many tests share. A condition
 * that comes true ends the wait at once, so it costs nothing but the time of a test that fails.
 */
const PATIENCE_MS = 15_000;

const waitFor = vi.waitFor;

vi.waitFor = (condition, options) =>
  waitFor(condition, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
