import { taskMessageSchema, type TaskMessage } from '@app/contracts';
import type { Message } from 'amqplib';
import { z } from 'zod';
import { decodeJson } from './decode-json.js';
import { HEADER, headerOf } from './message-headers.js';
import { QUEUE } from './names.js';

/** A message in the parking queue. Its texts come from a message: whoever shows them has to escape them. */
export interface ParkedTask {
  /** From the body, else from the message's ids; null where none of them is a task id. */
  taskId: string | null;
  taskType: string | null;
  /** A failure code where one of our programs parked it. */
  reason: string | null;
  /** For operators, English. */
  error: string | null;
  /** That ended before it was parked. */
  attempts: number | null;
  /** ISO 8601, UTC, where one of our programs parked it. */
  parkedAt: string | null;
  parkedBy: string | null;
  /** Where it was taken from. */
  originalQueue: string | null;
  /** Of the body. */
  bytes: number;
  /** Of a message of another system: its sender's own id of the task, where it can be read. */
  foreignTaskId?: string;
}

const text = z.string().nullable().catch(null);
const idSchema = z.uuid();

/** Total: whatever a message holds, this finds what it can. */
export function describeParked(message: Message): ParkedTask {
  const { properties, content } = message;
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const task = readTask(message);
  const ids: unknown[] = [properties.messageId, properties.correlationId];
  return {
    taskId: task.ok
      ? task.value.taskId
      : (ids.map((id) => idSchema.safeParse(id).data).find(Boolean) ?? null),
    taskType: task.ok ? task.value.taskType : text.parse(headers[HEADER.taskType]),
    reason: text.parse(headers[HEADER.parkedReason]),
    error: text.parse(headers[HEADER.parkedError]),
    attempts: z.int().nullable().catch(null).parse(headers[HEADER.parkedAttempts]),
    parkedAt: text.parse(headers[HEADER.parkedAt]),
    parkedBy: text.parse(headers[HEADER.parkedBy]),
    originalQueue: text.parse(headers[HEADER.originalQueue]),
    bytes: content.length,
    ...readForeignTaskId(message),
  };
}

/** Whether it is a message of another system, which never was a task of ours. */
export function isForeign(message: Message): boolean {
  const queue = headerOf(message, HEADER.originalQueue);
  return queue === QUEUE.ingress || queue === QUEUE.vouched;
}

const foreignSchema = z.object({ task_id: z.union([z.string().min(1).max(200), z.number()]) });

function readForeignTaskId(message: Message): { foreignTaskId?: string } {
  const body = isForeign(message) ? decodeJson(message.content, foreignSchema) : undefined;
  return body?.ok ? { foreignTaskId: String(body.value.task_id) } : {};
}

/** The task that a worker could run again, or why there is none. */
export function readTask(
  message: Message,
): { ok: true; value: TaskMessage } | { ok: false; problem: string } {
  return decodeJson(message.content, taskMessageSchema);
}
