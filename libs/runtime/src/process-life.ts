import type { Server } from 'node:http';
import type { Logger } from 'pino';
import { startProblem } from './start-problem.js';

/** After an error that nobody caught no state can be trusted, so nothing is waited for beyond this. */
const FORCE_AFTER_UNCAUGHT_MS = 5_000;

/** The two clocks of a shutdown. */
export interface ShutdownOptions {
  /** Called once, at the first SIGTERM or SIGINT: stop taking work, finish what runs, close. */
  close: () => Promise<void>;
  /** Called when `close` has ended, however it did: sends off what is left to tell (`Tracing.stop`). It may not reject. */
  flush?: () => Promise<void>;
  /** After this long the process ends although `close` has not (exit code 1); whatever it held is redelivered. */
  forceAfterMs: number;
  /**
   * The HTTP server that `close` waits for. Requests have half of the time to be answered, then their connections are
   * cut: one on which nothing was ever sent counts as busy (Node 20 to 24) and would hold the process to the end.
   */
  server?: Pick<Server, 'closeAllConnections'>;
  logger: Logger;
  /**
   * True to end gracefully also when standard input closes. The launcher starts its children with a pipe there,
   * so that they do not outlive a launcher that was killed with -9.
   */
  exitWithParent: boolean;
}

/**
 * Ends the process gracefully at SIGTERM or SIGINT, and at once at the second one.
 * An error that nobody caught ends the process too, within 5 s (exit code 1): its supervisor starts a fresh one.
 */
export function handleShutdown(options: ShutdownOptions): void {
  let stopping = false;
  const stop = (cause: string, exitCode: number, forceAfterMs = options.forceAfterMs) => {
    if (stopping) {
      options.logger.warn({ cause }, 'asked to stop twice: ending now');
      process.exit(1);
    }
    stopping = true;
    options.logger.info({ cause }, 'stopping');
    setTimeout(() => {
      options.logger.error({ forceAfterMs }, 'could not stop in time: ending now');
      process.exit(1);
    }, forceAfterMs).unref();
    setTimeout(() => options.server?.closeAllConnections(), forceAfterMs / 2).unref();
    closeAndFlush(options).then(
      () => process.exit(exitCode),
      (error: unknown) => {
        options.logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  process.on('uncaughtException', (error) => {
    options.logger.fatal({ err: error }, 'uncaught error');
    if (stopping) process.exit(1);
    stop('uncaught error', 1, Math.min(options.forceAfterMs, FORCE_AFTER_UNCAUGHT_MS));
  });
  if (options.exitWithParent) {
    process.stdin.on('end', () => stop('the launcher ended', 0));
    process.stdin.on('error', () => stop('the launcher ended', 0));
    process.stdin.resume();
  }
}

async function closeAndFlush({ close, flush }: ShutdownOptions): Promise<void> {
  try {
    await close();
  } finally {
    await flush?.();
  }
}

/**
 * Prints why a process could not start, as a plain sentence, and ends it with exit code 1.
 * The stack goes to the log only when `debug` is wanted.
 */
export function failStart(error: unknown, logger?: Logger): never {
  logger?.debug({ err: error }, 'could not start');
  process.stderr.write(`${startProblem(error)}\n`);
  process.exit(1);
}
