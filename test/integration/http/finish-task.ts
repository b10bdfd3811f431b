import { ArtifactStore } from '@app/artifact-store';
import type { ArtifactRef } from '@app/contracts';
import sharp from 'sharp';
import { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';
import type { TaskChange } from '../../../apps/api/src/tasks/task-step.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import type { TestApi } from '../../support/test-api.js';

/** What a worker would tell of a task, without a worker. */
export class WorkerOf {
  constructor(private readonly api: TestApi) {}

  async start(taskId: string): Promise<void> {
    await this.tell({ kind: 'started', taskId });
  }

  async fail(taskId: string): Promise<void> {
    await this.tell({ kind: 'failed', taskId, failure: { code: 'bad_image', message: 'No picture.' } });
  }

  /** Stores a picture as the result. */
  async succeed(taskId: string): Promise<Buffer> {
    const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const key = `results/${taskId}.png`;
    const stored = await this.api.app.get(ArtifactStore).put(key, picture, 'image/png');
    const result: ArtifactRef = { key, mediaType: 'image/png', width: 64, height: 48, ...stored };
    const engine = { name: 'comfyui', version: '0.3.60' } as const;
    await this.tell({ kind: 'succeeded', taskId, result, engine });
    return picture;
  }

  private async tell(event: Record<string, unknown>): Promise<void> {
    const change = {
      version: 1,
      taskType: 'person',
      at: new Date().toISOString(),
      attempt: 1,
      run: 1,
      worker: 'worker-1',
      ...event,
    } as unknown as TaskChange;
    const stored = await this.api.app.get(TasksStore).apply(change);
    if (stored === undefined) throw new Error(`The task did not take ${JSON.stringify(event)}.`);
    this.api.app.get(TaskChanges).stored(stored);
  }
}
