import {
  isFinalState,
  type ArtifactRef,
  type ExportedPicture,
  type ExportedTask,
  type ImportedTask,
} from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { OwnerLimits } from '../access/owner-limits.js';
import { OwnersStore } from '../access/owners.store.js';
import { AlbumsStore } from '../albums/albums.store.js';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { mayBeDone } from '../database/database-away.js';
import type { AlbumRow, OwnerRow, TaskRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import type { UploadedPhoto } from '../multipart/upload.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { displayFilename } from '../tasks/filename.js';
import { TaskPictures } from '../tasks/task-pictures.js';
import { TasksService, type TakenIn } from '../tasks/tasks.service.js';
import { TasksStore, type NotInserted } from '../tasks/tasks.store.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { winnerOf } from '../tasks/winner-of.js';
import { toPast } from './past.js';

/** An exported task with its files. */
export interface TaskFiles {
  task: ExportedTask;
  original: UploadedPhoto;
  /** Null unless it succeeded. */
  result: UploadedPhoto | null;
}

/** A task with who brings it in for whom. */
interface Import extends TaskFiles {
  album: AlbumRow | null;
  owner: OwnerRow;
  act: Act;
}

/**
 * Brings in tasks of other installations, each once for an owner: they get ids of their own, and are known by the old ones.
 * What had ended there is not done again.
 */
@Injectable()
export class ImportsService {
  constructor(
    private readonly owners: OwnersStore,
    private readonly limits: OwnerLimits,
    private readonly albums: AlbumsStore,
    private readonly pictures: TaskPictures,
    private readonly takingIn: TasksService,
    private readonly tasks: TasksStore,
    private readonly changes: TaskChanges,
    private readonly audit: AuditLog,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** @throws ProblemException or ImageError for what cannot be brought in; nothing of it is kept then. */
  async bringIn(files: TaskFiles, ownerId: string | undefined, caller: OwnerRow): Promise<ImportedTask> {
    const { task } = files;
    const owner = ownerId === undefined ? caller : await this.owners.find(ownerId.toLowerCase());
    if (owner === undefined) throw wrong('/owner_id', 'wrong');
    checkBytes('/original', files.original, task.original);
    if (files.result !== null && task.result !== null) checkBytes('/result', files.result, task.result);
    const earlier = await this.tasks.findByKey(owner.id, keyOf(task.id));
    const { row, replayed } = earlier ? sameAs(earlier, files) : await this.add(files, owner, caller);
    return { id: row.id, source_id: task.id, status: row.state, already_here: replayed };
  }

  private async add(files: TaskFiles, owner: OwnerRow, by: OwnerRow): Promise<TakenIn> {
    const { task } = files;
    const album = await this.albumOf(task, owner);
    const details = { source_id: task.id, owner_id: owner.id, state: task.status };
    const act: Act = { act: 'task_imported', by, subject: null, details };
    const asked = { ...files, album, owner, act };
    return isFinalState(task.status) ? this.addEnded(asked) : this.putInLine(asked);
  }

  /** It goes on here as one that was sent anew. */
  private async putInLine({ task, original, album, owner, act }: Import): Promise<TakenIn> {
    const taken = await this.takingIn.create({
      photo: { ...original, originalname: task.filename },
      type: task.type,
      params: task.parameters,
      priority: task.priority,
      clientRef: task.client_ref,
      album,
      owner,
      idempotencyKey: keyOf(task.id),
    });
    if (!taken.replayed) await this.audit.write({ ...act, subject: taken.row.id });
    return taken;
  }

  private async addEnded(asked: Import): Promise<TakenIn> {
    this.limits.checkQuota(asked.owner, asked.original.bytes);
    // Of this moment: files that belong to no task are swept by the age of the id in their names.
    const stored = await this.keep(uuidv7(), asked);
    if (typeof stored === 'string') {
      const choices = {
        ownerId: asked.owner.id,
        key: keyOf(asked.task.id),
        maxPhotos: this.env.albumMaxPhotos,
      };
      return sameAs(await winnerOf(this.tasks, stored, choices), asked);
    }
    this.changes.imported(stored);
    return { row: stored.row, replayed: false };
  }

  /** Its pictures, then the task. Where it comes to nothing, nothing is kept; where nobody knows, they are swept later. */
  private async keep(id: string, asked: Import): Promise<StoredChange | NotInserted> {
    const original = await this.pictures.store(id, asked.original, Infinity);
    let result: ArtifactRef | null = null;
    try {
      result = asked.result && (await this.pictures.storeResult(id, asked.result));
      const stored = await this.record(id, { original, result }, asked);
      if (typeof stored === 'string') await this.pictures.discard(id, original, result);
      return stored;
    } catch (error) {
      if (!mayBeDone(error)) await this.pictures.discard(id, original, result);
      throw error;
    }
  }

  private async record(
    id: string,
    { original, result }: { original: ArtifactRef; result: ArtifactRef | null },
    { task, album, owner, act }: Import,
  ): Promise<StoredChange | NotInserted> {
    const now = Date.now();
    const row = {
      id,
      type: task.type,
      ownerId: owner.id,
      albumId: album?.id ?? null,
      priority: task.priority,
      turn: 0,
      filename: displayFilename(task.filename),
      clientRef: task.client_ref,
      original,
      parameters: task.parameters,
      adjusted: task.adjusted,
      createdAt: Date.parse(task.created_at),
      deadlineAt: null,
      expiresAt: now + this.env.retentionMs,
      idempotencyKey: keyOf(task.id),
    };
    const choices = { maxPhotos: this.env.albumMaxPhotos, act: { ...act, subject: id } };
    return this.tasks.insertEnded(row, toPast(task, result, now), choices);
  }

  /** Photos of one album there are in one album here. */
  private async albumOf({ album }: ExportedTask, owner: OwnerRow): Promise<AlbumRow | null> {
    if (album === null) return null;
    const { id, title } = album;
    return (await this.albums.add(owner, { title, callbackUrl: null, idempotencyKey: keyOf(id) })).album;
  }
}

/** By which it is known here, beside the keys that callers choose. */
function keyOf(sourceId: string): string {
  return `import:${sourceId}`;
}

/** @throws ProblemException `idempotency_key_reused` where there is another photo under the same id. */
function sameAs(row: TaskRow, { task }: TaskFiles): TakenIn {
  if (row.sha256 !== task.original.sha256) throw new ProblemException('idempotency_key_reused');
  return { row, replayed: true };
}

function checkBytes(pointer: string, sent: UploadedPhoto, told: ExportedPicture): void {
  if (sent.sha256 !== told.sha256) throw wrong(pointer, 'other_bytes');
}

function wrong(pointer: string, text: 'wrong' | 'other_bytes'): ProblemException {
  return new ProblemException('invalid_request.value', {}, { errors: [{ pointer, text }] });
}
