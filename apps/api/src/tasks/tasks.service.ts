import { LocalArtifactStore } from '@app/artifact-store';
import type { ArtifactRef, TaskMessage, TaskView } from '@app/contracts';
import { DEFAULT_IMAGE_LIMITS, inspectImage, writeCanonical } from '@app/imaging';
import type { Catalog, TaskType } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { rm } from 'node:fs/promises';
import { v7 as uuidv7 } from 'uuid';
import type { TaskRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { TaskMetrics } from '../metrics/task-metrics.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { ProblemException } from '../problems/problem.exception.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { displayFilename } from './filename.js';
import { parseParameters } from './parse-parameters.js';
import { TaskViews } from './task-views.js';
import { TasksStore } from './tasks.store.js';

const EXTENSIONS = { jpeg: 'jpg', png: 'png', bmp: 'bmp' } as const;

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
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly artifacts: LocalArtifactStore,
    private readonly tasks: TasksStore,
    private readonly views: TaskViews,
    private readonly outbox: OutboxRelay,
    private readonly metrics: TaskMetrics,
  ) {}

  /** @throws ProblemException or ImageError for what cannot be taken in; nothing of it is kept then. */
  async create(upload: Upload, typeKey: string, params: string | undefined): Promise<TaskView> {
    const type = this.findType(typeKey);
    const parameters = this.resolveParameters(type, params);
    await this.refuseWhenFull();
    const taskId = uuidv7();
    const { original, canonical } = await this.storePictures(taskId, upload);
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
    return this.views.of(row);
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

  private resolveParameters(type: TaskType, params: string | undefined): TaskMessage['parameters'] {
    const resolved = type.resolveParameters(parseParameters(params));
    if (resolved.ok) return resolved.values;
    const errors = resolved.problems.map(({ pointer, message }) => ({
      pointer: `/params${pointer}`,
      message,
    }));
    throw new ProblemException('invalid_parameter', errors.map((error) => error.message).join(' '), {
      errors,
    });
  }

  private async refuseWhenFull(): Promise<void> {
    if ((await this.tasks.countWaiting()) < this.env.maxWaiting) return;
    throw new ProblemException('queue_full', `${this.env.maxWaiting} photos are waiting already.`, {
      retryAfterS: 60,
    });
  }

  private async storePictures(
    taskId: string,
    upload: Upload,
  ): Promise<{ original: ArtifactRef; canonical: ArtifactRef }> {
    const limits = {
      ...DEFAULT_IMAGE_LIMITS,
      maxBytes: this.env.maxUploadBytes,
      maxPixels: this.env.maxImagePixels,
    };
    const { format, mediaType, width, height } = await inspectImage(upload.path, limits);
    const canonicalPath = `${upload.path}.png`;
    const keys = {
      original: `originals/${taskId}.${EXTENSIONS[format]}`,
      canonical: `canonical/${taskId}.png`,
    };
    try {
      const size = await writeCanonical(upload.path, canonicalPath, limits);
      const original = await this.artifacts.putFile(keys.original, upload.path, mediaType);
      const canonical = await this.artifacts.putFile(keys.canonical, canonicalPath, 'image/png');
      return {
        original: { key: keys.original, mediaType, width, height, ...original },
        canonical: { key: keys.canonical, mediaType: 'image/png', ...size, ...canonical },
      };
    } catch (error) {
      await this.discard([keys.original, keys.canonical]);
      throw error;
    } finally {
      await rm(canonicalPath, { force: true });
    }
  }

  private async record(task: Parameters<TasksStore['insert']>[0]): Promise<TaskRow> {
    try {
      return await this.tasks.insert(task);
    } catch (error) {
      await this.discard([task.original.key, task.canonical.key]);
      throw error;
    }
  }

  private async discard(keys: string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => this.artifacts.delete(key)));
  }
}
