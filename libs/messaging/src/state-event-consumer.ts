import { isResultOf, taskEventSchema, type TaskEvent } from '@app/contracts';
import type { Message } from 'amqplib';
import { decodeJson } from './decode-json.js';
import { InOrderConsumer, reasonOf, type InOrderConsumerOptions, type Reading } from './in-order-consumer.js';
import { QUEUE } from './names.js';

/** An event that changes a task's state. */
export type StateEvent = Exclude<TaskEvent, { kind: 'progress' }>;

export interface StateEventConsumerOptions extends Pick<
  InOrderConsumerOptions<StateEvent>,
  'connection' | 'topology' | 'publisher' | 'name' | 'logger'
> {
  handler: (event: StateEvent) => Promise<void>;
  isPermanent?: (error: unknown) => boolean;
}

const LONGEST_FAILURE = 2000;

/** The results queue. An event whose handler fails for good is parked with the error's message. */
export function consumeStateEvents(options: StateEventConsumerOptions): InOrderConsumer<StateEvent> {
  return new InOrderConsumer({
    ...options,
    queue: QUEUE.results,
    waitingWords: 'the next event could not be stored',
    read: readEvent,
    handle: async (event) => {
      try {
        await options.handler(event);
        return undefined;
      } catch (error) {
        if (!options.isPermanent?.(error)) throw error;
        const message = `The event can never be stored: ${reasonOf(error)}`.slice(0, LONGEST_FAILURE);
        return { code: 'malformed_message', message };
      }
    },
  });
}

function readEvent({ content }: Message): Reading<StateEvent> {
  const decoded = decodeJson(content, taskEventSchema);
  if (!decoded.ok) return malformed(decoded.problem);
  const { value } = decoded;
  if (value.kind === 'progress') return malformed('progress is no change of state');
  if (value.kind === 'succeeded' && !isResultOf(value.taskId, value.result.key)) {
    return malformed(`the result is not that of the task ${value.taskId}`);
  }
  return { ok: true, value };
}

function malformed(problem: string): Reading<StateEvent> {
  return { ok: false, failure: { code: 'malformed_message', message: `Cannot read the event: ${problem}.` } };
}
