import type { TaskView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { AppProcess } from '../../support/app-process.js';

/** Delays that a test can wait for, and engines that get nothing but the tasks. */
const SETTINGS = {
  TASK_TYPES: 'person',
  RETRY_DELAYS: '1s,2s',
  SHUTDOWN_GRACE: '5s',
  ENGINE_WARM_UP: 'false',
};

/**
 * The API in this process, workers in processes of their own and a real RabbitMQ, for the tests of one file. Call it
 * outside of tests; its parts may be used inside of them.
 */
export function withWorkingDay(): WorkingDay {
  const day = new WorkingDay(withVhost());
  beforeAll(() => day.begin());
  afterAll(() => day.end());
  return day;
}

/** See `withWorkingDay`. */
export class WorkingDay {
  api!: TestApi;
  photo!: Buffer;

  constructor(readonly vhost: Vhost) {}

  async begin(): Promise<void> {
    this.photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    this.api = await TestApi.start({ AMQP_URL: this.vhost.url });
  }

  async end(): Promise<void> {
    await this.api.remove();
  }

  /** A worker that is stopped when the test ends, if not before; what it settles just then is settled for the next test. */
  async startWorker(engineUrl: string, settings: Record<string, string> = {}): Promise<AppProcess> {
    const worker = await AppProcess.start('worker', {
      AMQP_URL: this.vhost.url,
      COMFYUI_URLS: engineUrl,
      DATA_DIR: this.api.dataDir,
      ...SETTINGS,
      ...settings,
    });
    onTestFinished(async () => void (await worker.end('SIGTERM')));
    return worker;
  }

  async submit(): Promise<string> {
    const response = await this.api.submit(this.photo);
    expect(response.status).toBe(202);
    return ((await response.json()) as TaskView).id;
  }

  async cancel(id: string): Promise<void> {
    expect((await this.api.cancel(id)).status).toBe(200);
  }

  /** Waits until the task is so; gives it as it was then. */
  until(id: string, expected: object): Promise<TaskView> {
    return vi.waitFor(
      async () => {
        const task = await this.api.task(id);
        expect(task).toMatchObject(expected);
        return task;
      },
      { timeout: 45_000, interval: 50 },
    );
  }

  reach(id: string, status: TaskView['status']): Promise<TaskView> {
    return this.until(id, { status });
  }

  /** Nothing waits, comes back or lies unread anywhere; so many messages are parked. */
  async expectQuiet(parked = 0): Promise<void> {
    await this.vhost.expectReady({
      'photo_repair.work.person': 0,
      'photo_repair.retry_after.1s': 0,
      'photo_repair.retry_after.2s': 0,
      'photo_repair.results': 0,
      'photo_repair.parking': parked,
    });
  }
}
