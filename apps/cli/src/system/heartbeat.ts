import { say, seconds } from '../terminal.js';

const EVERY_MS = 10_000;

/** Runs a step that may be long and says every ten seconds that it goes on. */
export async function withHeartbeat<T>(label: string, step: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const timer = setInterval(() => say(`  ${label}: ${seconds(Date.now() - startedAt)} s so far`), EVERY_MS);
  try {
    return await step();
  } finally {
    clearInterval(timer);
  }
}
