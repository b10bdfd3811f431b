import type { TaskNotice } from '@app/contracts';
import type { ConfirmPublisher, OutgoingMessage } from './confirm-publisher.js';
import { DirectReplies } from './direct-replies.js';
import { cutToBytes, LONGEST_KEY } from './message-headers.js';
import { PublishError } from './publish-error.js';

/** By what the asker finds its answer, and by what it sees that it has one twice. 255 bytes each; more is cut. */
export interface AnswerIds {
  correlationId: string;
  messageId: string;
}

/**
 * Answers other systems in the queues that they have named, in the virtual host of its publisher. Which of these names
 * may be used is the caller's to check; none of them can break the connection.
 */
export class AnswerPublisher {
  private readonly directReplies: DirectReplies;

  constructor(private readonly publisher: ConfirmPublisher) {
    this.directReplies = new DirectReplies(publisher.connection);
  }

  /**
   * Resolves to `delivered` once the answer is in the asker's queue, on disk where that queue is durable, and to `nobody`
   * where there is no such queue. Rejects with a `PublishError` where another try may help.
   *
   * For a direct answer (`amq.rabbitmq.reply-to.…`) `delivered` means that the asker was there within the last minute:
   * nothing keeps such an answer.
   */
  async publish(replyTo: string, notice: TaskNotice, ids: AnswerIds): Promise<'delivered' | 'nobody'> {
    if (Buffer.byteLength(replyTo) > LONGEST_KEY) return 'nobody';
    const isDirect = DirectReplies.covers(replyTo);
    if (isDirect && (await this.directReplies.find(replyTo)) === 'nobody') return 'nobody';
    try {
      // The broker returns each direct answer that has to find a queue, also when it has handed it over.
      await this.publisher.publish({ ...toAnswer(replyTo, notice, ids), mandatory: !isDirect });
      return 'delivered';
    } catch (error) {
      if (error instanceof PublishError && error.code === 'UNROUTABLE') return 'nobody';
      throw error;
    }
  }

  /** Sends it without waiting for anything; dropped where that is not possible, or nobody waits for it. Never throws. */
  publishLossy(replyTo: string, notice: TaskNotice, ids: AnswerIds): void {
    if (Buffer.byteLength(replyTo) > LONGEST_KEY) return;
    const send = () => this.publisher.publishLossy(toAnswer(replyTo, notice, ids));
    const found = DirectReplies.covers(replyTo) ? this.directReplies.recall(replyTo) : 'there';
    if (found === 'there') send();
    if (found !== undefined) return;
    this.directReplies.find(replyTo).then(
      (now) => now === 'there' && send(),
      // The broker is away, and so is the asker's connection.
      () => undefined,
    );
  }
}

function toAnswer(replyTo: string, notice: TaskNotice, ids: AnswerIds): OutgoingMessage {
  return {
    exchange: '',
    routingKey: replyTo,
    body: Buffer.from(JSON.stringify(notice)),
    properties: {
      correlationId: cutToBytes(ids.correlationId, LONGEST_KEY),
      messageId: cutToBytes(ids.messageId, LONGEST_KEY),
      type: notice.type,
      appId: 'photo-repair',
      contentType: 'application/json',
      persistent: true,
      timestamp: Math.floor(Date.now() / 1000),
    },
  };
}
