import type { ArtifactRef } from '@app/contracts';
import { inNewTaskTrace, type TraceContext } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { mayBeDone } from '../database/database-away.js';
import type { AlbumRow, OwnerRow, TaskRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { OwnerLimits } from '../access/owner-limits.js';
import { LinesService } from '../line/lines.service.js';
import type { UploadedPhoto } from '../multipart/upload.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { Admission } from './admission.js';
import { displayFilename } from './filename.js';
import type { NewTask } from './new-task.js';
import type { ReplyAddress } from './reply-address.js';
import { TaskChoices, type AskedTask, type TaskChoice } from './task-choices.js';
import { TaskPictures } from './task-pictures.js';
import { TasksStore, type NotInserted } from './tasks.store.js';
import { winnerOf } from './winner-of.js';

/** A photo that was sent, and what its caller wants of it. */
export interface TakeIn {
  photo: UploadedPhoto;
  type: string;
  /** A JSON object as text, or the values themselves. */
  params: string | Record<string, unknown> | undefined;
  priority: number;
  clientRef: string | null;
  /** Null for a photo on its own. */
  album: AlbumRow | null;
  owner: OwnerRow;
  idempotencyKey: string | null;
  /** Where the outcome is to be posted; judged already. */
  callbackUrl?: string | null;
  /** Of a task that came as a message. */
  reply?: ReplyAddress | null;
  /** What the message asked for; instead of the photo it decides whether the same key means the same. */
  fingerprint?: string | null;
}

/** `replayed` where the caller's key belongs to this task already and nothing was done. */
export interface TakenIn {
  row: TaskRow;
  replayed: boolean;
}

/**
 * Takes a photo in: check, store, record. What it answers is a promise, so nothing is answered before the photo is on
 * disk and the task is committed; a task that waits is its own message, which the dispatcher hands to the broker.
 */
@Injectable()
export class TasksService {
  constructor(
    private readonly choices: TaskChoices,
    private readonly admission: Admission,
    private readonly limits: OwnerLimits,
    private readonly pictures: TaskPictures,
    private readonly lines: LinesService,
    private readonly tasks: TasksStore,
    private readonly changes: TaskChanges,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** The task that a caller's key means already. */
  async findByKey(owner: OwnerRow, key: string): Promise<TaskRow | undefined> {
    return this.tasks.findByKey(owner.id, key);
  }

  /** The task as it is now; where it has not ended, the outcome goes to this address and to no earlier one. */
  async answerAt(row: TaskRow, reply: ReplyAddress): Promise<TaskRow> {
    if (row.reply === JSON.stringify(reply)) return row;
    return (await this.tasks.answerAt(row.id, reply)) ?? (await this.tasks.find(row.id)) ?? row;
  }

  /** Refuses what needs no look at the photo, for whoever has to fetch it first. @throws ProblemException. */
  async check(asked: AskedTask): Promise<void> {
    await this.choices.read(asked);
    this.admission.check();
    this.limits.checkQuota(asked.owner, 0);
  }

  /** @throws ProblemException or ImageError for what cannot be taken in; nothing of it is kept then. */
  async create(upload: TakeIn): Promise<TakenIn> {
    const { photo, idempotencyKey, owner } = upload;
    const choice = await this.choices.read(upload);
    const earlier =
      idempotencyKey === null ? undefined : await this.tasks.findByKey(owner.id, idempotencyKey);
    if (earlier) return replay(earlier, choice, upload);
    this.admission.check();
    this.limits.checkQuota(owner, photo.bytes);
    const id = uuidv7();
    return inNewTaskTrace(id, (trace) => this.takeIn({ id, trace }, upload, choice));
  }

  private async takeIn(
    { id, trace }: { id: string; trace: TraceContext },
    upload: TakeIn,
    choice: TaskChoice,
  ): Promise<TakenIn> {
    const original = await this.pictures.store(id, upload.photo, choice.maxPixels);
    const priority = (await this.tasks.priorityIn(upload.album)) ?? upload.priority;
    const task = { ...this.toNewTask(id, { ...upload, priority }, choice, original), trace };
    const stored = await this.record(task);
    if (typeof stored === 'string') return this.refuse(stored, upload, choice);
    this.changes.stored(stored);
    return { row: stored.row, replayed: false };
  }

  /** Where it comes to nothing, nothing is kept; where nobody knows, the photo is, and is swept if no task has it. */
  private async record(task: NewTask) {
    const abandon = () => this.lines.of(task.type).abandon(task.ownerId, task.priority, task.turn);
    try {
      const stored = await this.tasks.insert(task, { maxPhotos: this.env.albumMaxPhotos });
      if (typeof stored === 'string') {
        abandon();
        await this.pictures.discard(task.id, task.original);
      }
      return stored;
    } catch (error) {
      abandon();
      if (!mayBeDone(error)) await this.pictures.discard(task.id, task.original);
      throw error;
    }
  }

  private async refuse(why: NotInserted, upload: TakeIn, choice: TaskChoice): Promise<TakenIn> {
    const { owner, idempotencyKey: key } = upload;
    const maxPhotos = this.env.albumMaxPhotos;
    const winner = await winnerOf(this.tasks, why, { ownerId: owner.id, key, maxPhotos });
    return replay(winner, choice, upload);
  }

  private toNewTask(id: string, upload: TakeIn, choice: TaskChoice, original: ArtifactRef): NewTask {
    const { owner, priority } = upload;
    const { taskType, parameters, adjusted, queueTimeoutMs } = choice;
    const createdAt = Date.now();
    return {
      id,
      type: taskType,
      ownerId: owner.id,
      albumId: upload.album?.id ?? null,
      priority,
      turn: this.lines.of(taskType).join(owner.id, priority),
      filename: displayFilename(upload.photo.originalname),
      clientRef: upload.clientRef,
      original,
      parameters,
      adjusted,
      createdAt,
      deadlineAt: queueTimeoutMs === null ? null : createdAt + Math.round(queueTimeoutMs),
      expiresAt: createdAt + this.env.retentionMs,
      idempotencyKey: upload.idempotencyKey,
      callbackUrl: upload.callbackUrl ?? null,
      reply: upload.reply ?? null,
      fingerprint: upload.fingerprint ?? null,
    };
  }
}

/** @throws ProblemException `idempotency_key_reused` where the key was used for something else. */
function replay(row: TaskRow, { taskType, parameters }: TaskChoice, upload: TakeIn): TakenIn {
  const { photo, fingerprint = null } = upload;
  const original = JSON.parse(row.original) as ArtifactRef;
  const same =
    fingerprint === null
      ? row.type === taskType &&
        row.parameters === JSON.stringify(parameters) &&
        original.sha256 === photo.sha256
      : row.fingerprint === fingerprint;
  if (same) return { row, replayed: true };
  throw new ProblemException('idempotency_key_reused');
}
