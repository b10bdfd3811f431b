import { TaskServer } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { cloudNotices, hasPage, METADATA_URL } from './cloud-notices.js';
import { Departure } from './departure.js';

/** The shortest notice there is is 30 s, and a task has to be back in line 5 s after it. */
const EVERY_MS = 1_000;

interface Place {
  /** As a phrase for logs. */
  name: string;
  isGiven: () => Promise<boolean>;
}

/**
 * Looks whether the machine is about to be taken away: a file that appears, an address that begins to answer, or
 * SIGUSR2. Then nothing is taken any more and what is in hand goes back to its place in line, at once. The process stays,
 * and is ended by whoever ends the machine: started again it would take tasks there.
 */
@Injectable()
export class TerminationWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly ended = new AbortController();
  private readonly failing = new Set<string>();
  private readonly onSignal = () => this.leave('SIGUSR2');
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(WORKER_ENV) private readonly env: Pick<WorkerEnv, 'terminationNotice'>,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly departure: Departure,
    private readonly server: TaskServer,
  ) {}

  /** Before the first task is taken: the process may have been started again on such a machine. */
  async onModuleInit(): Promise<void> {
    process.on('SIGUSR2', this.onSignal);
    const places = placesOf(this.env.terminationNotice);
    if (places.length === 0) return;
    await this.lookAt(places);
    this.looking = this.keepLooking(places);
  }

  async onApplicationShutdown(): Promise<void> {
    process.off('SIGUSR2', this.onSignal);
    this.ended.abort();
    await this.looking;
  }

  private async keepLooking(places: readonly Place[]): Promise<void> {
    const { signal } = this.ended;
    while (this.departure.because === null) {
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.lookAt(places);
    }
  }

  private async lookAt(places: readonly Place[]): Promise<void> {
    await Promise.all(
      places.map(async (place) => {
        if (await this.isGiven(place)) this.leave(place.name);
      }),
    );
  }

  /** What cannot be looked at gives no notice; said once, until it can. */
  private async isGiven({ name, isGiven }: Place): Promise<boolean> {
    try {
      const given = await isGiven();
      if (this.failing.delete(name)) this.logger.info({ notice: name }, 'termination notices can be seen');
      return given;
    } catch (error) {
      if (!this.failing.has(name) && !this.ended.signal.aborted) {
        this.failing.add(name);
        this.logger.warn({ err: error, notice: name }, 'termination notices cannot be seen');
      }
      return false;
    }
  }

  private leave(because: string): void {
    if (!this.departure.announce(because)) return;
    this.logger.warn({ because }, 'this machine is about to be taken away: what is in hand goes back');
    void this.handBack();
  }

  private async handBack(): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.server.handBack();
      const tookMs = Math.round(performance.now() - startedAt);
      this.logger.info({ tookMs, inHand: this.server.runningCount }, 'everything is handed back');
    } catch (error) {
      this.logger.error({ err: error }, 'handing back failed');
    }
  }
}

function placesOf({ path, address }: WorkerEnv['terminationNotice']): Place[] {
  const places: Place[] = [];
  if (path !== null) places.push({ name: `the file ${path}`, isGiven: () => exists(path) });
  if (address === null) return places;
  const isGiven =
    'cloud' in address ? () => cloudNotices[address.cloud](METADATA_URL) : () => hasPage(address.url);
  return [...places, { name: 'cloud' in address ? address.cloud : new URL(address.url).host, isGiven }];
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
