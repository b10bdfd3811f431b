import type { Message } from 'amqplib';
import type { OpenChannel } from './supervised-channel.js';

/**
 * One message in our hands. It is settled at most once, and only on the channel it came from: a delivery tag means
 * another message on another channel.
 */
export class Delivery {
  private settled = false;

  constructor(
    readonly message: Message,
    readonly queue: string,
    /** The key to publish it again with. In work queues that is the queue's task type, whatever the message says. */
    readonly routingKey: string,
    readonly open: OpenChannel,
  ) {}

  /** True where the message is still ours to settle; false where the broker has taken it back. */
  get isOpen(): boolean {
    return !this.settled && !this.open.closed.aborted;
  }

  /** Tells the broker to forget the message. False where it could not be told: the message will come again. */
  ack(): boolean {
    return this.settle(() => this.open.amqp.ack(this.message));
  }

  /** Puts it back to the head of its queue, marked as delivered before. False as for `ack`. */
  requeue(): boolean {
    return this.settle(() => this.open.amqp.nack(this.message, false, true));
  }

  private settle(tell: () => void): boolean {
    if (!this.isOpen) return false;
    this.settled = true;
    try {
      tell();
      return true;
    } catch (error) {
      // The channel is closing at this very moment.
      if (error instanceof Error && error.name === 'IllegalOperationError') return false;
      throw error;
    }
  }
}
