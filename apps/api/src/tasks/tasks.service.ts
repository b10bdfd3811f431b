import type { TaskMessage } from '@app/contracts';
import type { Catalog, TaskType } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { TaskRow } from '../database/schema.js';
import { TaskMetrics } from '../metrics/task-metrics.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { ProblemException } from '../problems/problem.exception.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { Admission } from './admission.js';
import { displayFilename } from './filename.js';
import { parseParameters } from './parse-parameters.js';
import { TaskPictures } from './task-pictures.js';
import { TasksStore, type NewTask } from './tasks.store.js';

/** An upload that lies in a temporary file. */
export interface Upload {
  path: string;
  originalname: string;
}

/**
 * Takes a photo in: check, store, record, hand to the outbox. What it answers is a promise, so nothing is answered
 * before both pictures are on disk and the task and its message are committed together.
 */
@Injectable()
export class TasksService {
  constructor(
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly admission: Admission,
    private readonly pictures: TaskPictures,
    private readonly tasks: TasksStore,
    private readonly outbox: OutboxRelay,
    private readonly metrics: TaskMetrics,
  ) {}

  /** @throws ProblemException or ImageError for what cannot be taken in; nothing of it is kept then. */
  async create(upload: Upload, typeKey: string, params: string | undefined): Promise<TaskRow> {
    const type = this.findType(typeKey);
    const parameters = resolveParameters(type, params);
    await this.admission.check();
    const taskId = uuidv7();
    const { original, canonical } = await this.pictures.store(taskId, upload.path);
    const message: TaskMessage = {
      version: 1,
      taskId,
      taskType: type.view.type,
      image: canonical,
      parameters,
      submittedAt: new Date().toISOString(),
    };
    const filename = displayFilename(upload.originalname);
    const row = await this.record({ message, priority: 0, filename, original, canonical, parameters });
    this.metrics.submitted(row.type);
    this.outbox.kick();
    return row;
  }

  /** @throws ProblemException `not_found`. */
  async find(id: string): Promise<TaskRow> {
    const row = await this.tasks.find(id);
    if (row === undefined) throw new ProblemException('not_found', 'There is no task with this id.');
    return row;
  }

  private findType(key: string): TaskType {
    const type = this.catalog.get(key);
    if (type !== undefined) return type;
    const known = this.catalog.types().map((each) => each.view.type);
    throw new ProblemException('unknown_task_type', `Task types are: ${known.join(', ')}.`, {
      errors: [{ pointer: '/type', message: `must be one of ${known.join(', ')}` }],
    });
  }

  private async record(task: NewTask): Promise<TaskRow> {
    try {
      return await this.tasks.insert(task);
    } catch (error) {
      await this.pictures.discard([task.original.key, task.canonical.key]);
      throw error;
    }
  }
}

function resolveParameters(type: TaskType, params: string | undefined): TaskMessage['parameters'] {
  const resolved = type.resolveParameters(parseParameters(params));
  if (resolved.ok) return resolved.values;
  const errors = resolved.problems.map(({ pointer, message }) => ({ pointer: `/params${pointer}`, message }));
  throw new ProblemException('invalid_parameter', errors.map((error) => error.message).join(' '), { errors });
}
