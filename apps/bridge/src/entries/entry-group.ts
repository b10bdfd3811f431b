import { Inject, Injectable } from '@nestjs/common';
import { ErrorReply, RESP_TYPES } from 'redis';
import type { BridgeEnv } from '../env.js';
import { isGroupGone } from '../redis/redis-problem.js';
import { RedisLinks } from '../redis/redis-links.js';
import { BRIDGE_ENV } from '../tokens.js';
import { entryKey } from './entry-key.js';
import { toEntries, type StreamEntry } from './stream-entry.js';

/** Beyond the time that Redis was asked to wait: what then has not answered is gone. */
const ANSWER_LIMIT_MS = 5_000;
/** Entries that are looked at for the oldest; the longest untouched are nearly always the first. */
const LOOKED_AT = 1000;
/** Names and values as the bytes they are. */
const BYTES = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };
const FROM_START = '0-0';

/** A consumer that leaves takes the entries with it that it still holds (XGROUP DELCONSUMER), so only one without any may. */
const LEAVE = `
local held = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if #held == 0 then return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2]) end
return 0`;

/** What the group has in hand, all consumers together. */
export interface GroupBacklog {
  pending: number;
  /** Since the one that was left alone for longest was touched; 0 where there is none. */
  oldestIdleMs: number;
}

/**
 * The consumer group of the stream, and this process as one of its consumers. Every call makes the group where it is missing:
 * at the first start, and after somebody has deleted the stream. It begins with the first entry of the stream, as the users'
 * own workers did.
 */
@Injectable()
export class EntryGroup {
  private cursor = FROM_START;

  constructor(
    @Inject(BRIDGE_ENV) private readonly env: BridgeEnv,
    private readonly links: RedisLinks,
  ) {}

  /** True while a round of `claim` has pages left. */
  get isClaiming(): boolean {
    return this.cursor !== FROM_START;
  }

  /** See `entryKey`. */
  keyOf(entry: StreamEntry): string {
    return entryKey(this.env.stream, entry);
  }

  /** The next entries that nobody was given yet, `count` at most; none after `waitMs` without any. */
  async read(count: number, waitMs: number): Promise<StreamEntry[]> {
    const { stream, group, name } = this.env;
    const limits = ['COUNT', String(count), 'BLOCK', String(Math.max(1, Math.trunc(waitMs)))];
    const command = ['XREADGROUP', 'GROUP', group, name, ...limits, 'STREAMS', stream, '>'];
    const reply = await this.inGroup(() =>
      this.links.read.run((client) => client.sendCommand(command, BYTES), waitMs + ANSWER_LIMIT_MS),
    );
    const [first] = (reply ?? []) as unknown as [unknown, unknown][];
    return toEntries(first?.[1]);
  }

  /**
   * One page of the entries that whoever got them has not touched for `claimAfterMs`, which are this consumer's from here on.
   * Those that are in the stream no more are dropped from the group by Redis 7 itself.
   */
  async claim(count: number): Promise<StreamEntry[]> {
    const { stream, group, name, claimAfterMs } = this.env;
    const command = [
      'XAUTOCLAIM',
      stream,
      group,
      name,
      String(claimAfterMs),
      this.cursor,
      'COUNT',
      String(count),
    ];
    const reply = (await this.inGroup(() =>
      this.links.commands.run((client) => client.sendCommand(command, BYTES)),
    )) as unknown as [Buffer, unknown];
    this.cursor = reply[0].toString('latin1');
    return toEntries(reply[1]);
  }

  /** The entry is done. False where the group has it no more: somebody else was quicker, or the stream was deleted. */
  async acknowledge(id: string): Promise<boolean> {
    const { stream, group } = this.env;
    return (await this.links.commands.run((client) => client.xAck(stream, group, id))) > 0;
  }

  /** Says that these are still in hand, so that nobody claims them. */
  async touch(ids: readonly string[]): Promise<void> {
    const { stream, group, name } = this.env;
    await this.links.commands.run((client) => client.xClaimJustId(stream, group, name, 0, [...ids]));
  }

  async backlog(): Promise<GroupBacklog> {
    const { stream, group } = this.env;
    return await this.inGroup(async () => {
      const { pending } = await this.links.commands.run((client) => client.xPending(stream, group));
      const oldest = await this.links.commands.run((client) =>
        client.xPendingRange(stream, group, '-', '+', LOOKED_AT),
      );
      const idle = oldest.map((entry) => entry.millisecondsSinceLastDelivery);
      return { pending, oldestIdleMs: Math.max(0, ...idle) };
    });
  }

  /** Ends a read that waits: what Redis would hand out to a process that is about to end has to be claimed by another one. */
  stopReading(): void {
    this.links.read.close();
  }

  /** Takes this consumer out of the group, unless it still holds entries, which somebody will claim. */
  async leave(): Promise<void> {
    const { stream, group, name } = this.env;
    await this.links.commands.run((client) =>
      client.eval(LEAVE, { keys: [stream], arguments: [group, name] }),
    );
  }

  private async inGroup<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      if (!isGroupGone(error)) throw error;
    }
    await this.make();
    return await command();
  }

  private async make(): Promise<void> {
    const { stream, group } = this.env;
    try {
      await this.links.commands.run((client) => client.xGroupCreate(stream, group, '0', { MKSTREAM: true }));
    } catch (error) {
      if (!(error instanceof ErrorReply && error.message.startsWith('BUSYGROUP'))) throw error;
    }
  }
}
