import PQueue from 'p-queue';

/** As many photos at once are asked of one host; a host that answers slowly takes no more places than these. */
const PER_HOST = 4;

/** Turns at hosts: so many at a time for each, the others in the order in which they came. */
export class HostPlaces {
  private readonly queues = new Map<string, PQueue>();

  /** @throws what `work` throws, and the reason of the signal where it is aborted before the turn comes. */
  async run<T>(host: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const queue = this.queues.get(host) ?? this.open(host);
    return queue.add(work, signal === undefined ? {} : { signal });
  }

  /** Hosts at which somebody has a turn or waits for one. */
  get size(): number {
    return this.queues.size;
  }

  private open(host: string): PQueue {
    const queue = new PQueue({ concurrency: PER_HOST });
    queue.on('idle', () => this.queues.delete(host));
    this.queues.set(host, queue);
    return queue;
  }
}
