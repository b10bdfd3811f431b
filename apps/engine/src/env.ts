import {
  durationMs,
  logLevel,
  parseEnv,
  port,
  toTracingSettings,
  tracingShape,
  type TracingSettings,
} from '@app/runtime';
import { resolve } from 'node:path';
import { z } from 'zod';

const SHORTEST_KEEP_MS = 60_000;

const schema = z.object({
  ENGINE_HOST: z.string().default('127.0.0.1'),
  ENGINE_PORT: port(8190),
  ENGINE_DIR: z.string().default('./data/engine'),
  ENGINE_KEEP: durationMs('1h').refine((keepMs) => keepMs >= SHORTEST_KEEP_MS, {
    error: 'must be at least 1m: results have to be fetched',
  }),
  ENGINE_DDCOLOR_ONNX: z.string().optional(),
  SHUTDOWN_GRACE: durationMs('10s'),
  LOG_LEVEL: logLevel,
  ...tracingShape,
  PHOTO_REPAIR_EXIT_WITH_PARENT: z.stringbool().default(false),
});

/** The settings of the engine. Paths are absolute. */
export interface EngineEnv {
  host: string;
  port: number;
  dir: string;
  /**
   * How long pictures are kept, uploads and results alike, from when they were last written. What a waiting or running
   * prompt names stays for longer.
   */
  keepMs: number;
  /** A DDColor model as ONNX file. Without one the engine colours with its own preview method. */
  onnxPath?: string;
  shutdownGraceMs: number;
  logLevel: string;
  /** Where spans go; to nowhere unless told. */
  tracing: TracingSettings;
  exitWithParent: boolean;
}

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): EngineEnv {
  const env = parseEnv(schema, source);
  return {
    host: env.ENGINE_HOST,
    port: env.ENGINE_PORT,
    dir: resolve(env.ENGINE_DIR),
    keepMs: env.ENGINE_KEEP,
    ...(env.ENGINE_DDCOLOR_ONNX !== undefined && { onnxPath: resolve(env.ENGINE_DDCOLOR_ONNX) }),
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    logLevel: env.LOG_LEVEL,
    tracing: toTracingSettings(env),
    exitWithParent: env.PHOTO_REPAIR_EXIT_WITH_PARENT,
  };
}
