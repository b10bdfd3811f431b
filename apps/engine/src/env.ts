import { durationMs, logLevel, parseEnv, port } from '@app/runtime';
import { resolve } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  ENGINE_HOST: z.string().default('127.0.0.1'),
  ENGINE_PORT: port(8190),
  ENGINE_DIR: z.string().default('./data/engine'),
  ENGINE_DDCOLOR_ONNX: z.string().optional(),
  SHUTDOWN_GRACE: durationMs('10s'),
  LOG_LEVEL: logLevel,
  PHOTO_REPAIR_EXIT_WITH_PARENT: z.stringbool().default(false),
});

/** The settings of the engine. Paths are absolute. */
export interface EngineEnv {
  host: string;
  port: number;
  dir: string;
  /** A DDColor model as ONNX file. Without one the engine colours with its own preview method. */
  onnxPath?: string;
  shutdownGraceMs: number;
  logLevel: string;
  exitWithParent: boolean;
}

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): EngineEnv {
  const env = parseEnv(schema, source);
  return {
    host: env.ENGINE_HOST,
    port: env.ENGINE_PORT,
    dir: resolve(env.ENGINE_DIR),
    ...(env.ENGINE_DDCOLOR_ONNX !== undefined && { onnxPath: resolve(env.ENGINE_DDCOLOR_ONNX) }),
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    logLevel: env.LOG_LEVEL,
    exitWithParent: env.PHOTO_REPAIR_EXIT_WITH_PARENT,
  };
}
