import { ArtifactStore } from '@app/artifact-store';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Counter, register } from 'prom-client';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { prepareIncomingFolder } from '../tasks/incoming-folder.js';
import { TASK_FOLDERS, taskIdOf } from './erased-keys.js';
import { RepeatedWork } from '../repeated-work.js';
import { RetentionStore } from './retention.store.js';
import { bornAtOf } from './task-birth.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** As long as browsers keep a cookie at most, after its last use. */
const VISITOR_KEPT_MS = 400 * DAY_MS;
/** A task is recorded within a minute of its first file; the rest is for clocks that differ. */
const LEFT_AFTER_MS = DAY_MS;
const BATCH = 500;
/** Between batches: it has a day. */
const PAUSE_MS = 50;

/**
 * Once a day, removes what nobody will ever ask for: files of tasks that were never recorded (a process died between the
 * two) or that a worker stored long after they were erased, photos of messages that came to nothing, temporary files, and
 * visitors that own nothing.
 */
@Injectable()
export class LeftoversSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;
  private readonly removed = new Counter({
    name: 'photo_repair_storage_orphans_removed_total',
    help: 'Files that belonged to no task and were removed by the daily look through the folders.',
    registers: [register],
  });

  constructor(
    private readonly store: RetentionStore,
    private readonly artifacts: ArtifactStore,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const options = { name: 'leftovers', everyMs: DAY_MS, firstAfterMs: 10 * MINUTE_MS, logger };
    this.work = new RepeatedWork((signal) => this.sweep(signal), options);
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  async sweep(signal: AbortSignal, now = Date.now()): Promise<void> {
    prepareIncomingFolder(this.env.dataDir, now);
    await this.artifacts.prepare();
    await this.store.removeVisitors(now - VISITOR_KEPT_MS);
    // What is older than this database belongs to another one, which somebody may want to go back to.
    const from = await this.store.bornAt();
    let files = 0;
    for (const folder of TASK_FOLDERS)
      files += await this.sweepFolder(folder, from, now - LEFT_AFTER_MS, signal);
    files += await this.sweepInbox(now - Math.max(this.env.retentionMs, LEFT_AFTER_MS), signal);
    this.removed.inc(files);
    if (files > 0) this.logger.warn({ files }, 'removed files that belonged to no task');
  }

  /**
   * Photos of messages that came to nothing: parked ones, which an operator may send through once more for as long as
   * photos are kept, and those whose message was never published.
   */
  private async sweepInbox(before: number, signal: AbortSignal): Promise<number> {
    let files = 0;
    for await (const key of this.artifacts.listBefore('inbox/', before)) {
      if (signal.aborted) return files;
      files += await this.artifacts.deleteAll([key]);
    }
    return files;
  }

  private async sweepFolder(folder: string, from: number, to: number, signal: AbortSignal): Promise<number> {
    let files = 0;
    let batch: [key: string, taskId: string][] = [];
    const flush = async () => {
      files += await this.removeUnknown(batch);
      batch = [];
    };
    for await (const key of this.artifacts.list(folder)) {
      if (signal.aborted) return files;
      const taskId = taskIdOf(key);
      const bornAt = taskId === undefined ? undefined : bornAtOf(taskId);
      if (taskId === undefined || bornAt === undefined || bornAt < from || bornAt > to) continue;
      batch.push([key, taskId]);
      if (batch.length < BATCH) continue;
      await flush();
      await pause(PAUSE_MS);
    }
    await flush();
    return files;
  }

  private async removeUnknown(batch: readonly [key: string, taskId: string][]): Promise<number> {
    const known = await this.store.known([...new Set(batch.map(([, taskId]) => taskId))]);
    return this.artifacts.deleteAll(batch.filter(([, taskId]) => !known.has(taskId)).map(([key]) => key));
  }
}
