import { untilDone, VouchedTaskPublisher } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { basename } from 'node:path';
import { OutcomesStore } from '../answers/outcomes.store.js';
import { BridgeMetrics } from '../metrics/bridge-metrics.js';
import { Inbox, isStoreTrouble } from '../photos/inbox.js';
import { LOGGER } from '../tokens.js';
import { toCorrelationId } from './correlation.js';
import { EntryGroup } from './entry-group.js';
import { EntryRefused } from './entry.errors.js';
import { readEntry, type EntryTask } from './read-entry.js';
import type { StreamEntry } from './stream-entry.js';
import { traceEntry } from './trace-entry.js';

/** A disk that fails on one file shall not hold a place for ever: 10 tries take about 40 s. */
const MOST_READS = 10;
/** As over AMQP. */
const MOST_BODY_BYTES = 64 * 1024;
/** Redis and folders are asked less often than a broker. */
const LONGEST_PAUSE_MS = 5_000;
/** What the API takes for a name; the end of it tells more. */
const LONGEST_NAME = 200;

/** Takes one entry from the stream to the broker. */
@Injectable()
export class EntryTaker {
  private readonly troubles = new Map<string, string>();

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly group: EntryGroup,
    private readonly inbox: Inbox,
    private readonly publisher: VouchedTaskPublisher,
    private readonly outcomes: OutcomesStore,
    private readonly metrics: BridgeMetrics,
  ) {}

  /** Why an entry in hand does not get on, as a sentence; null when all do. */
  get problem(): string | null {
    const [first] = this.troubles.values();
    return first ?? null;
  }

  /**
   * Resolves once the entry is acknowledged: after the broker has confirmed its task, or together with its refusal. What may
   * pass is tried again, as long as it takes. Resolves early when `signal` is aborted; then the entry stays pending and is
   * claimed by another bridge.
   */
  take(entry: StreamEntry, signal: AbortSignal): Promise<void> {
    return traceEntry(entry, () => this.takeTraced(entry, signal));
  }

  private async takeTraced(entry: StreamEntry, signal: AbortSignal): Promise<void> {
    try {
      const step = <T>(action: () => Promise<T>) => this.persist(entry.id, action, signal);
      const done = await this.handOn(entry, step).catch(async (error: unknown) => {
        if (!(error instanceof EntryRefused)) throw error;
        return await this.refuse(entry.id, error, step);
      });
      if (!done) this.logger.info({ entryId: entry.id }, 'left an entry to another bridge');
    } finally {
      this.troubles.delete(entry.id);
    }
  }

  private async handOn(entry: StreamEntry, step: Step): Promise<boolean> {
    const task = readEntry(entry);
    const key = this.group.keyOf(entry);
    const photo = await this.photoOf(task, key, step);
    if (!photo) return false;
    const body = { ...task.body, ...photo };
    if (Buffer.byteLength(JSON.stringify(body)) > MOST_BODY_BYTES) {
      throw new EntryRefused('malformed', `The task takes up more than ${MOST_BODY_BYTES} bytes.`);
    }
    const { userId } = task;
    const published = await step(() =>
      this.publisher.publish({
        publisher: `redis:${userId ?? ''}`,
        body,
        messageId: `redis-${key}`,
        correlationId: toCorrelationId({ entryId: entry.id, key, userId }),
        answers: true,
      }),
    );
    if (!published) return false;
    const acknowledged = await step(() => this.group.acknowledge(entry.id));
    if (!acknowledged) return false;
    this.metrics.entry('published');
    this.logger.info({ entryId: entry.id, userId, senderTaskId: task.body['task_id'] }, 'handed on an entry');
    return true;
  }

  private async photoOf(
    { photo }: EntryTask,
    key: string,
    step: Step,
  ): Promise<Record<string, string> | undefined> {
    if ('url' in photo) return { image_url: photo.url };
    let reads = 0;
    const stored = await step(async () => {
      try {
        return await this.inbox.keep(key, photo.path);
      } catch (error) {
        // The store's own trouble, or a folder that is not there, is everybody's and passes.
        reads += 1;
        if (error instanceof EntryRefused || isStoreTrouble(error) || reads < MOST_READS) throw error;
        if (!isOneFilesTrouble(error)) throw error;
        throw new EntryRefused('fetch_failed', 'The file at image_path cannot be read to its end.');
      }
    });
    return stored && { stored_photo: stored.value, filename: basename(photo.path).slice(-LONGEST_NAME) };
  }

  private async refuse(entryId: string, refusal: EntryRefused, step: Step): Promise<boolean> {
    const { code, message } = refusal;
    const told = await step(() => this.outcomes.refuseEntry({ entryId, code, message }));
    if (!told) return false;
    if (told.value) {
      this.metrics.entry('refused');
      this.logger.warn({ entryId, reason: code }, `an entry cannot be taken: ${message}`);
    }
    return true;
  }

  private async persist<T>(
    entryId: string,
    action: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ value: T } | undefined> {
    const done = await untilDone(action, {
      signal,
      longestMs: LONGEST_PAUSE_MS,
      isPassing: (error) => !(error instanceof EntryRefused),
      onFailure: (error, failures) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.troubles.set(entryId, reason);
        const level = failures === 1 || failures % 20 === 0 ? 'warn' : 'debug';
        this.logger[level]({ err: error, entryId, failures }, 'an entry has to wait');
      },
    });
    this.troubles.delete(entryId);
    return done;
  }
}

type Step = <T>(action: () => Promise<T>) => Promise<{ value: T } | undefined>;

/** What a disk or a network file system says of one file. */
function isOneFilesTrouble(error: unknown): boolean {
  return ['EIO', 'ESTALE', 'EBUSY', 'EOVERFLOW'].includes((error as NodeJS.ErrnoException).code ?? '');
}
