import { isPhotoOf, MOST_RUNS, taskMessageSchema, type Failure, type TaskMessage } from '@app/contracts';
import type { Message } from 'amqplib';
import { decodeJson } from './decode-json.js';
import { HEADER, readWhole } from './message-headers.js';

/** A task as it came out of a work queue. */
export interface DecodedTask {
  message: TaskMessage;
  /** Runs that had been settled when this copy was published; undefined for a copy that was moved back by hand. */
  settledRuns: number | undefined;
  /** Epoch milliseconds until which somebody has to begin it; undefined where it may wait for ever. */
  deadlineAt: number | undefined;
  /** It was handed out before and not settled. */
  cameBack: boolean;
  /** It was parked, and somebody moved it back. */
  wasParked: boolean;
}

export type TaskDecoding = { ok: true; task: DecodedTask } | { ok: false; failure: Failure };

/** Total: whatever bytes and headers a message has, this says what is wrong with it and never throws. */
export function decodeTask(message: Message, taskType: string): TaskDecoding {
  const body = decodeJson(message.content, taskMessageSchema);
  if (!body.ok) return malformed(body.problem);
  if (body.value.taskType !== taskType) {
    return malformed(`a task of the type '${body.value.taskType}' came in the queue of '${taskType}'`);
  }
  const { taskId, image } = body.value;
  if (!isPhotoOf(taskId, image.key)) return malformed(`the photo is not that of the task ${taskId}`);
  const headers = message.properties.headers ?? {};
  const settledRuns = readWhole(headers, HEADER.run, MOST_RUNS);
  const deadlineAt = readWhole(headers, HEADER.deadline, Number.MAX_SAFE_INTEGER);
  if (settledRuns === null) return malformed(noNumber(HEADER.run));
  if (deadlineAt === null) return malformed(noNumber(HEADER.deadline));
  const cameBack = message.fields.redelivered || headers[HEADER.cameBack] === true;
  const wasParked = headers[HEADER.parkedAt] !== undefined;
  return { ok: true, task: { message: body.value, settledRuns, deadlineAt, cameBack, wasParked } };
}

function noNumber(header: string): string {
  return `the header ${header} is no number that it can be`;
}

function malformed(problem: string): TaskDecoding {
  return {
    ok: false,
    failure: { code: 'malformed_message', message: `Cannot read the message: ${problem}.` },
  };
}
