import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import type { LiveTopic } from './live-topic.js';

/** What is read of the store for clients at the same time; each may be 200 tasks. */
const AT_ONCE = 8;
/** Clients come back together after a restart; what one has read serves the others for so long. */
const KEPT_MS = 250;

interface Shared {
  version: number;
  reads: Map<string, Promise<unknown>>;
}

/** Reads for clients that catch up: few at a time, and once for all who want the same of a topic that stands still. */
@Injectable()
export class SharedReads {
  private readonly queue = new PQueue({ concurrency: AT_ONCE });
  private readonly shared = new WeakMap<LiveTopic, Shared>();

  /** `key` says which of the topic; the same key always means the same kind of answer. */
  async read<T>(topic: LiveTopic, key: string, work: () => Promise<T>): Promise<T> {
    const { reads } = this.of(topic);
    const known = reads.get(key);
    if (known !== undefined) return known as Promise<T>;
    const reading = this.queue.add(work);
    reads.set(key, reading);
    const forget = () => reads.delete(key);
    reading.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
    return reading;
  }

  private of(topic: LiveTopic): Shared {
    const known = this.shared.get(topic);
    if (known?.version === topic.version) return known;
    const fresh: Shared = { version: topic.version, reads: new Map() };
    this.shared.set(topic, fresh);
    return fresh;
  }
}
