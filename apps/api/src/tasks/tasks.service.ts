import type { ArtifactRef, TaskMessage } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { TaskRow } from '../database/schema.js';
import { TaskMetrics } from '../metrics/task-metrics.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Admission } from './admission.js';
import { fileSha256 } from './file-sha256.js';
import { displayFilename } from './filename.js';
import { TaskChoices, type TaskChoice } from './task-choices.js';
import { TaskPictures, type StoredPictures } from './task-pictures.js';
import { TasksStore, type NewTask } from './tasks.store.js';

/** An upload that lies in a temporary file, and what its caller wants of it. */
export interface Upload {
  path: string;
  originalname: string;
  type: string;
  params: string | undefined;
  idempotencyKey: string | null;
}

/** `replayed` where the caller's key belongs to this task already and nothing was done. */
export interface TakenIn {
  row: TaskRow;
  replayed: boolean;
}

/**
 * Takes a photo in: check, store, record, hand to the outbox. What it answers is a promise, so nothing is answered
 * before both pictures are on disk and the task and its message are committed together.
 */
@Injectable()
export class TasksService {
  constructor(
    private readonly choices: TaskChoices,
    private readonly admission: Admission,
    private readonly pictures: TaskPictures,
    private readonly tasks: TasksStore,
    private readonly outbox: OutboxRelay,
    private readonly metrics: TaskMetrics,
  ) {}

  /** @throws ProblemException or ImageError for what cannot be taken in; nothing of it is kept then. */
  async create(upload: Upload): Promise<TakenIn> {
    const { path, idempotencyKey } = upload;
    const choice = this.choices.read(upload.type, upload.params);
    const earlier = idempotencyKey === null ? undefined : await this.tasks.findByKey(idempotencyKey);
    if (earlier) return replay(earlier, choice, await fileSha256(path));
    await this.admission.check();
    const taskId = uuidv7();
    const pictures = await this.pictures.store(taskId, path);
    const row = await this.record(toNewTask(taskId, upload, choice, pictures));
    if (row === undefined) return this.replayWinner(idempotencyKey, choice, pictures.original.sha256);
    this.metrics.submitted(row.type);
    this.outbox.kick();
    return { row, replayed: false };
  }

  /** @throws ProblemException `not_found`. */
  async find(id: string): Promise<TaskRow> {
    const row = await this.tasks.find(id);
    if (row === undefined) throw new ProblemException('not_found', 'There is no task with this id.');
    return row;
  }

  /** Undefined, with nothing kept, where the same photo under the same key was quicker. */
  private async record(task: NewTask): Promise<TaskRow | undefined> {
    const discard = () => this.pictures.discard([task.original.key, task.canonical.key]);
    try {
      const row = await this.tasks.insert(task);
      if (row === undefined) await discard();
      return row;
    } catch (error) {
      await discard();
      throw error;
    }
  }

  private async replayWinner(key: string | null, choice: TaskChoice, sha256: string): Promise<TakenIn> {
    const winner = key === null ? undefined : await this.tasks.findByKey(key);
    if (winner === undefined) throw new Error('A task was not recorded although its key is free.');
    return replay(winner, choice, sha256);
  }
}

/** @throws ProblemException `idempotency_key_reused` where the key was used for something else. */
function replay(row: TaskRow, { taskType, parameters }: TaskChoice, sha256: string): TakenIn {
  const original = JSON.parse(row.original) as ArtifactRef;
  const same =
    row.type === taskType && row.parameters === JSON.stringify(parameters) && original.sha256 === sha256;
  if (same) return { row, replayed: true };
  const detail =
    'This Idempotency-Key was used for another photo, task type or parameters. Choose a new one.';
  throw new ProblemException('idempotency_key_reused', detail);
}

function toNewTask(taskId: string, upload: Upload, choice: TaskChoice, pictures: StoredPictures): NewTask {
  const { taskType, parameters, queueTimeoutMs } = choice;
  const now = Date.now();
  const message: TaskMessage = {
    version: 1,
    taskId,
    taskType,
    image: pictures.canonical,
    parameters,
    submittedAt: new Date(now).toISOString(),
  };
  return {
    message,
    priority: 0,
    filename: displayFilename(upload.originalname),
    ...pictures,
    parameters,
    deadlineAt: queueTimeoutMs === null ? null : now + Math.round(queueTimeoutMs),
    idempotencyKey: upload.idempotencyKey,
  };
}
