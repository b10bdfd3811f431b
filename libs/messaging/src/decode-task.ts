import { MOST_ATTEMPTS, taskMessageSchema, type Failure, type TaskMessage } from '@app/contracts';
import type { Message } from 'amqplib';
import { decodeJson } from './decode-json.js';
import { HEADER, readCount } from './message-headers.js';

/** A task as it came out of a work queue. */
export interface DecodedTask {
  message: TaskMessage;
  /** 1 for the first attempt. */
  attempt: number;
  crashCount: number;
}

export type TaskDecoding = { ok: true; task: DecodedTask } | { ok: false; failure: Failure };

/** Total: whatever bytes and headers a message has, this says what is wrong with it and never throws. */
export function decodeTask(message: Message, taskType: string): TaskDecoding {
  const body = decodeJson(message.content, taskMessageSchema);
  if (!body.ok) return malformed(body.problem);
  if (body.value.taskType !== taskType) {
    return malformed(`a task of the type '${body.value.taskType}' came in the queue of '${taskType}'`);
  }
  const { headers } = message.properties;
  const endedAttempts = readCount(headers, HEADER.attempt);
  const crashCount = readCount(headers, HEADER.crashCount);
  if (endedAttempts === undefined) return malformed(noCount(HEADER.attempt));
  if (crashCount === undefined) return malformed(noCount(HEADER.crashCount));
  return { ok: true, task: { message: body.value, attempt: endedAttempts + 1, crashCount } };
}

function noCount(header: string): string {
  return `the header ${header} is no count below ${MOST_ATTEMPTS}`;
}

function malformed(problem: string): TaskDecoding {
  return {
    ok: false,
    failure: { code: 'malformed_message', message: `Cannot read the message: ${problem}.` },
  };
}
