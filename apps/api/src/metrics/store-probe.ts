import { ArtifactStore, ArtifactStoreUnavailable } from '@app/artifact-store';
import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { InTime } from '../in-time.js';
import { readGauge } from './read-gauge.js';

/** One look serves all who ask within so long: the page, Prometheus, the overview's own. */
const KEPT_MS = 5_000;
/** A disk over a network that is away answers nothing at all. */
const LIMIT_MS = 2_000;
/** Nothing of a task lies there. */
const FOLDER = 'looks/';
const KEY = `${FOLDER}${uuidv4()}`;

/** Why photos can be neither stored nor read. `sentence` is for operators, and names no path. */
export interface StoreProblem {
  reason: ArtifactStoreUnavailable['reason'];
  sentence: string;
}

/**
 * Whether the place of the photos can be used, by the smallest thing that it has to do: a folder is written to, because
 * a disk may be full by its quota, or read-only after an error; a bucket is only read from, since writes cost.
 */
@Injectable()
export class StoreProbe {
  private readonly using = new InTime(() => this.use(), LIMIT_MS);
  private latest: { at: number; found: Promise<StoreProblem | null> } | undefined;

  constructor(
    private readonly store: ArtifactStore,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {
    readGauge({
      name: 'photo_repair_storage_usable',
      help: '1 where photos can be stored and read; absent where the store does not answer within 2 s.',
      read: async () => [[{}, (await this.look()) === null ? 1 : 0]],
    });
  }

  /** Null where all is well. At most 5 s old, and told within 2 s; one that hangs is asked once. */
  async look(): Promise<StoreProblem | null> {
    const now = performance.now();
    if (this.latest === undefined || now - this.latest.at >= KEPT_MS) {
      this.latest = { at: now, found: this.lookInTime() };
    }
    return this.latest.found;
  }

  private async lookInTime(): Promise<StoreProblem | null> {
    const { value = null, ms, problem } = await this.using.read();
    // What else is thrown may name a path.
    if (problem !== null) return { reason: 'failed', sentence: 'the artifact store failed' };
    if (ms < LIMIT_MS) return value;
    return { reason: 'unreachable', sentence: 'the artifact store does not answer in time' };
  }

  private async use(): Promise<StoreProblem | null> {
    try {
      if (this.env.artifacts.kind === 's3') {
        await this.store.list(FOLDER)[Symbol.asyncIterator]().next();
      } else {
        await this.store.put(KEY, Buffer.from('.'), 'text/plain', { durable: false });
        await this.store.delete(KEY);
      }
      return null;
    } catch (error) {
      if (!(error instanceof ArtifactStoreUnavailable)) throw error;
      return { reason: error.reason, sentence: error.message };
    }
  }
}
