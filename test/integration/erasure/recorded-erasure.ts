import { LocalArtifactStore } from '@app/artifact-store';
import type { TaskControlPublisher } from '@app/messaging';
import { createLogger } from '@app/runtime';
import { readdir } from 'node:fs/promises';
import { vi } from 'vitest';
import type { AccessChanges } from '../../../apps/api/src/access/access-changes.js';
import type { Database, TaskRow } from '../../../apps/api/src/database/schema.js';
import { AlbumErasuresStore } from '../../../apps/api/src/erasure/album-erasures.store.js';
import { CancelMarks } from '../../../apps/api/src/erasure/cancel-marks.js';
import { EngineCopies } from '../../../apps/api/src/erasure/engine-copies.js';
import { ErasedFiles } from '../../../apps/api/src/erasure/erased-files.js';
import { ErasureService } from '../../../apps/api/src/erasure/erasure.service.js';
import { ErasureSweeper } from '../../../apps/api/src/erasure/erasure.sweeper.js';
import { ErasuresStore } from '../../../apps/api/src/erasure/erasures.store.js';
import { LateErasures } from '../../../apps/api/src/erasure/late-erasures.js';
import { RetentionStore } from '../../../apps/api/src/erasure/retention.store.js';
import { RetentionSweeper } from '../../../apps/api/src/erasure/retention.sweeper.js';
import { TaskEraser } from '../../../apps/api/src/erasure/task-eraser.js';
import type { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';

/** The whole erasure on a real database and a real folder; what it tells workers and pages is recorded. */
export class RecordedErasure {
  readonly cancelled = vi.fn<(taskId: string) => void>();
  readonly askedToErase = vi.fn<(taskId: string) => void>();
  readonly albumGone = vi.fn<(albumId: string) => void>();
  readonly told = vi.fn<(row: TaskRow) => void>();
  readonly artifacts: LocalArtifactStore;
  readonly service: ErasureService;
  readonly late: LateErasures;
  readonly sweeper: ErasureSweeper;
  readonly retention: RetentionSweeper;
  readonly erasures: ErasuresStore;

  constructor(
    db: Database,
    private readonly folder: string,
  ) {
    const logger = createLogger('test', 'silent');
    const control = { cancel: this.cancelled, erase: this.askedToErase } as unknown as TaskControlPublisher;
    const changes = { erased: this.told } as unknown as TaskChanges;
    this.artifacts = new LocalArtifactStore(folder);
    this.erasures = new ErasuresStore(db);
    const albums = new AlbumErasuresStore(db);
    const files = new ErasedFiles(this.artifacts);
    const engines = new EngineCopies(this.artifacts, control, logger);
    const marks = new CancelMarks(this.artifacts, control);
    const eraser = new TaskEraser(this.erasures, files, marks, engines, changes, logger);
    this.late = new LateErasures(this.erasures, files, marks, engines, logger);
    const access = { albumChanged: this.albumGone } as unknown as AccessChanges;
    this.service = new ErasureService(eraser, albums, this.late, access, logger);
    this.sweeper = new ErasureSweeper(this.erasures, files, engines, logger);
    this.retention = new RetentionSweeper(new RetentionStore(db), albums, this.service, logger);
  }

  async sweepAt(time: number): Promise<void> {
    await this.sweeper.sweep(new AbortController().signal, time);
  }

  async put(...keys: string[]): Promise<void> {
    for (const key of keys) await this.artifacts.put(key, Buffer.from(key), 'image/png');
  }

  /** The keys of every file of a task, whatever its name. */
  async filesOf(taskId: string): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true });
    return entries.filter((path) => path.includes(taskId)).sort();
  }
}
