import type { Logger } from 'pino';

/**
 * Sends what Nest itself logs through pino. Nest passes the context (a class name) as the last argument.
 * It has the shape of Nest's `LoggerService`, written out so that this library does not depend on Nest.
 */
export class NestPinoLogger {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(
    level: 'debug' | 'error' | 'warn' | 'trace' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const stack = rest.find((part) => typeof part === 'string' && part.includes('\n    at '));
    const err = message instanceof Error ? message : undefined;
    this.logger[level](
      { context, ...(err && { err }), ...(stack !== undefined && { stack }) },
      String(message),
    );
  }
}
