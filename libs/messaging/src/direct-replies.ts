import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import type { BrokerConnection } from './broker-connection.js';
import { PublishError } from './publish-error.js';

const PREFIX = 'amq.rabbitmq.reply-to.';
/** Who waits for an answer is named by a process of the broker and a secret. */
const NAME = /^(amq\.rabbitmq\.reply-to\.[^.]+)\..+$/;
/** Of an asker that was there: within it the answers after the first one cost nothing more. */
const KNOWN_FOR_MS = 60_000;
const MOST_KNOWN = 10_000;
/** Each takes about 10 ms. */
const MOST_WAITING = 1_000;

/**
 * Finds out who waits for a direct answer (`amq.rabbitmq.reply-to.…`) before one is sent. It has to be known before: by a
 * name that somebody has made up, RabbitMQ 3.10 does not only find nobody, it ends the whole connection that publishes
 * to it or asks for it (541 INTERNAL_ERROR). So each name is first asked for on a connection of its own.
 */
export class DirectReplies {
  private readonly found = new LRUCache<string, 'there' | 'nobody'>({ max: MOST_KNOWN, ttl: KNOWN_FOR_MS });
  private readonly looks = new PQueue({ concurrency: 1 });
  private readonly pending = new Map<string, Promise<'there' | 'nobody'>>();

  constructor(private readonly connection: BrokerConnection) {}

  static covers(replyTo: string): boolean {
    return replyTo.startsWith(PREFIX);
  }

  /** Whether somebody was there a moment ago; undefined where that was not looked for. */
  recall(name: string): 'there' | 'nobody' | undefined {
    const process = NAME.exec(name)?.[1];
    if (process === undefined) return 'nobody';
    return this.found.get(process) ?? this.found.get(name);
  }

  /** Rejects with a `PublishError` where it cannot be found out at this moment. */
  async find(name: string): Promise<'there' | 'nobody'> {
    const recalled = this.recall(name);
    if (recalled) return recalled;
    if (this.looks.size >= MOST_WAITING) {
      throw new PublishError('PUBLISH_WINDOW_FULL', `${MOST_WAITING} other askers are looked for already.`);
    }
    let look = this.pending.get(name);
    if (!look) {
      look = this.looks.add(() => this.look(name)).finally(() => this.pending.delete(name));
      this.pending.set(name, look);
    }
    return look;
  }

  private async look(name: string): Promise<'there' | 'nobody'> {
    try {
      await this.connection.aside((channel) => channel.checkQueue(name));
      this.found.set(name, 'there');
      return 'there';
    } catch (error) {
      const { code, message } = error as Error & { code?: unknown };
      // It may be there; whoever wants `configure` for a look (see `declareTopology`) does not say.
      if (code === 403) return 'there';
      if (code !== 404 && code !== 541) throw new PublishError('BROKER_UNAVAILABLE', message);
      // All names of a process that the broker cannot read are made up.
      const process = NAME.exec(name)?.[1];
      this.found.set(code === 541 && process !== undefined ? process : name, 'nobody');
      return 'nobody';
    }
  }
}
