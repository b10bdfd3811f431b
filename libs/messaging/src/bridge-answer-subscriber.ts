import { NOTICE_TYPES, type TaskNotice } from '@app/contracts';
import type { Message } from 'amqplib';
import { z } from 'zod';
import { decodeJson } from './decode-json.js';
import { InOrderConsumer, type InOrderConsumerOptions, type Reading } from './in-order-consumer.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { QUEUE } from './names.js';

/** What the subscriber needs. It owns none of it: close the connection and the publisher after it. */
export interface BridgeAnswerSubscriberOptions extends Pick<
  InOrderConsumerOptions<TaskNotice>,
  'connection' | 'topology' | 'publisher' | 'name'
> {
  logger?: MessagingLogger;
  /**
   * Called once for each answer, and again, 200 ms to 3 s apart, for as long as it rejects; the next answers wait
   * meanwhile. An answer may come twice, so it has to be idempotent. `correlationId` is that of the vouched task.
   */
  handle: (notice: TaskNotice, correlationId: string) => Promise<void>;
}

/**
 * Only what makes it an answer is looked at, since whoever sends one is one of our own programs; what is in it may grow.
 */
const noticeSchema = z
  .looseObject({
    type: z.enum(NOTICE_TYPES),
    timestamp: z.iso.datetime(),
    data: z.looseObject({ task_id: z.string().nullable(), id: z.string().nullable(), status: z.string() }),
  })
  .transform((notice) => notice as unknown as TaskNotice);

/**
 * Hears what becomes of the tasks that were published with `answers` (`VouchedTaskPublisher`), in the order in which it
 * was told. Each answer is acknowledged after it was handled; what cannot be read is parked with the reason. It begins
 * at once. Every program that hears takes answers from the others: there is one queue for all of them.
 */
export class BridgeAnswerSubscriber {
  private readonly consumer: InOrderConsumer<TaskNotice>;

  constructor(options: BridgeAnswerSubscriberOptions) {
    this.consumer = new InOrderConsumer({
      ...options,
      logger: options.logger ?? silentLogger,
      queue: QUEUE.bridgeAnswers,
      waitingWords: 'the next answer could not be handled',
      read: readAnswer,
      handle: async (notice, { properties }) => {
        await options.handle(notice, String(properties.correlationId));
        return undefined;
      },
    });
  }

  /** Why answers do not come or are not handled (since when, how often tried), as a phrase; null when all is well. */
  get problem(): string | null {
    return this.consumer.problem;
  }

  /** Resolves once answers come; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  whenReady(timeoutMs: number): Promise<void> {
    return this.consumer.whenReady(timeoutMs);
  }

  /** Takes no more, waits for the one in hand (`graceMs` at most, 5,000 by default) and closes its channel. */
  close(graceMs = 5_000): Promise<void> {
    return this.consumer.close(graceMs);
  }
}

/** What an answer says. A type that only a newer API tells is parked with the reason. */
export function readAnswer({ content, properties }: Message): Reading<TaskNotice> {
  const decoded = decodeJson(content, noticeSchema);
  const hasCorrelation = typeof properties.correlationId === 'string' && properties.correlationId !== '';
  if (decoded.ok && hasCorrelation) return { ok: true, value: decoded.value };
  const problem = decoded.ok ? 'it has no correlation id' : decoded.problem;
  return {
    ok: false,
    failure: { code: 'malformed_message', message: `Cannot read the answer: ${problem}.` },
  };
}
