/** The part of a pino logger that this library uses. */
export interface ComfyLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export const silentLogger: ComfyLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
};
