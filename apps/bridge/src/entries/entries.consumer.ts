import { backOffMs, rest } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import type { BridgeEnv } from '../env.js';
import { redisProblem } from '../redis/redis-problem.js';
import { BRIDGE_ENV, LOGGER } from '../tokens.js';
import { EntryGroup } from './entry-group.js';
import { EntryTaker } from './entry-taker.js';
import type { StreamEntry } from './stream-entry.js';

/** As many photos are copied at a time, and wait at most while the broker is away; the others wait in Redis. */
const MOST_IN_HAND = 16;
const LONGEST_WAIT_MS = 5_000;
const LEAVE_LIMIT_MS = 2_000;
/** Between two tries while Redis is away. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Reads the stream as one consumer of its group, and takes over what consumers that died have left. One loop does both, so
 * that what is in hand is bounded.
 */
@Injectable()
export class EntriesConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly inHand = new Map<string, Promise<void>>();
  /** Aborted when nothing more is read, and when what is in hand is given up. */
  private readonly closing = new AbortController();
  private readonly givingUp = new AbortController();
  private loop: Promise<void> | undefined;
  private touching: NodeJS.Timeout | undefined;
  private nextClaimAt = 0;
  private trouble: string | null = null;

  constructor(
    @Inject(BRIDGE_ENV) private readonly env: BridgeEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly group: EntryGroup,
    private readonly taker: EntryTaker,
  ) {}

  /** Why no entries are read, as a phrase; null while they are. */
  get problem(): string | null {
    return this.trouble;
  }

  onApplicationBootstrap(): void {
    // Each entry in hand listens to it; from 11 on Node warns of a leak.
    setMaxListeners(0, this.givingUp.signal);
    this.loop = this.run();
    this.touching = setInterval(() => void this.touch(), Math.trunc(this.env.claimAfterMs / 3));
  }

  /** Reads no more, gives what is in hand its time, and leaves the rest of it pending. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    this.group.stopReading();
    const patience = setTimeout(() => this.givingUp.abort(), this.env.shutdownGraceMs);
    await this.loop;
    await Promise.all(this.inHand.values());
    clearTimeout(patience);
    clearInterval(this.touching);
    const leaving = this.group.leave().catch((error: unknown) => {
      this.logger.warn({ reason: redisProblem(error) }, 'could not leave the consumer group');
    });
    await Promise.race([leaving, rest(LEAVE_LIMIT_MS)]);
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const closed = aborted(signal);
    for (let failures = 0; !signal.aborted;) {
      try {
        const entries = await this.next();
        this.trouble = null;
        failures = 0;
        for (const entry of entries) this.begin(entry);
        if (this.room === 0) await Promise.race([...this.inHand.values(), closed]);
      } catch (error) {
        if (signal.aborted) return;
        this.noteTrouble(redisProblem(error));
        await rest(backOffMs(failures++, LONGEST_PAUSE_MS), signal);
      }
    }
  }

  private get room(): number {
    return MOST_IN_HAND - this.inHand.size;
  }

  /** What was left behind first, a page at a time; else what comes next, until it is time to look for the former again. */
  private async next(): Promise<StreamEntry[]> {
    const now = Date.now();
    if (this.group.isClaiming || now >= this.nextClaimAt) {
      const claimed = await this.group.claim(this.room);
      if (!this.group.isClaiming) this.nextClaimAt = now + this.env.claimAfterMs / 2;
      return claimed;
    }
    return await this.group.read(this.room, Math.min(LONGEST_WAIT_MS, this.nextClaimAt - now));
  }

  private begin(entry: StreamEntry): void {
    if (this.inHand.has(entry.id)) return;
    const taking = this.taker
      .take(entry, this.givingUp.signal)
      .catch((error: unknown) => {
        this.logger.error(
          { err: error, entryId: entry.id },
          'an entry could not be handled; it stays pending',
        );
      })
      .finally(() => this.inHand.delete(entry.id));
    this.inHand.set(entry.id, taking);
  }

  private async touch(): Promise<void> {
    if (this.inHand.size === 0) return;
    try {
      await this.group.touch([...this.inHand.keys()]);
    } catch (error) {
      // At worst another bridge takes the same entries, and the API makes one task of both messages.
      this.logger.debug({ reason: redisProblem(error) }, 'could not keep the entries in hand');
    }
  }

  private noteTrouble(reason: string): void {
    if (reason !== this.trouble)
      this.logger.warn({ stream: this.env.stream, reason }, 'no entries can be read');
    this.trouble = reason;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
