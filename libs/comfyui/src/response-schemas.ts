import { z } from 'zod';
import { TaskFailure } from '@app/contracts';
import type {
  ExecInfo,
  HistoryResponse,
  Job,
  ObjectInfoResponse,
  PromptResponse,
  QueueResponse,
  SystemStats,
  UploadResponse,
} from './protocol.js';

/** Checks part of a `T`: the type is the protocol's, the schema only what must not be wrong. */
export interface Shape<T> {
  safeParse(value: unknown): z.ZodSafeParseResult<Partial<Record<keyof T, unknown>>>;
}

/**
 * The members of the engine's answers that we rely on. Everything else passes unchecked, because newer servers
 * add members at will.
 */
const fileRef = z.looseObject({
  filename: z.string(),
  subfolder: z.string(),
  type: z.enum(['input', 'output', 'temp']),
});

const status = z.looseObject({
  status_str: z.string(),
  messages: z.array(z.tuple([z.string(), z.looseObject({})])),
});

const queueItem = z.tuple([z.number(), z.string()], z.unknown());

export const uploadResponseSchema: Shape<UploadResponse> = z.looseObject({
  name: z.string().min(1),
  subfolder: z.string(),
});

export const promptResponseSchema: Shape<PromptResponse> = z.looseObject({
  prompt_id: z.string().min(1),
  node_errors: z.record(z.string(), z.unknown()),
});

export const queueResponseSchema: Shape<QueueResponse> = z.looseObject({
  queue_running: z.array(queueItem),
  queue_pending: z.array(queueItem),
});

export const historyResponseSchema: Shape<HistoryResponse> = z.record(
  z.string(),
  z.looseObject({ outputs: z.record(z.string(), z.unknown()), status }),
);

export const jobSchema: Shape<Job> = z.looseObject({
  id: z.string(),
  status: z.enum(['pending', 'in_progress', 'completed', 'failed', 'cancelled']),
});

export const systemStatsSchema: Shape<SystemStats> = z.looseObject({
  system: z.looseObject({
    comfyui_version: z.string(),
    built_in_engine: z
      .looseObject({ version: z.string(), colouring: z.enum(['preview', 'ddcolor-onnx']) })
      .optional(),
  }),
  devices: z.array(z.looseObject({ vram_total: z.number(), vram_free: z.number() })),
});

export const objectInfoResponseSchema: Shape<ObjectInfoResponse> = z.record(
  z.string(),
  z.looseObject({ input: z.looseObject({}) }),
);

export const execInfoSchema: Shape<ExecInfo> = z.looseObject({
  exec_info: z.looseObject({ queue_remaining: z.number() }),
});

export const imagesSchema = z.array(fileRef);

/** The value if it has the shape; else `upstream_garbage`: what answers like that is no ComfyUI. */
export function readAs<T>(schema: Shape<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return value as T;
  const first = result.error.issues[0];
  const where = first ? `${first.path.join('.')}: ${first.message}` : '';
  throw new TaskFailure('upstream_garbage', `The answer to ${what} is not what ComfyUI gives (${where})`);
}
