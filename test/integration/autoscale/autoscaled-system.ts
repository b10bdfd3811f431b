import type { OperatorTaskDetailView } from '@app/contracts';
import { expect, vi } from 'vitest';
import { EngineStub } from '../../support/engine-stub/engine-stub.js';
import { TestApi } from '../../support/test-api.js';
import { OperatorCalls } from '../pauses/operator-calls.js';
import {
  livingWorkers,
  SupervisorProcess,
  workerProcesses,
  type LivingWorker,
} from './supervisor-process.js';

/** An API, three engines, and supervisors that look after workers for them, with shortened times. */
export class AutoscaledSystem {
  readonly supervisors: SupervisorProcess[] = [];

  private constructor(
    readonly api: TestApi,
    readonly engines: readonly EngineStub[],
    private readonly settings: Record<string, string>,
  ) {}

  static async start(amqpUrl: string, promptMs: number): Promise<AutoscaledSystem> {
    const api = await TestApi.start({ AMQP_URL: amqpUrl });
    const engines = await Promise.all([1, 2, 3].map(() => EngineStub.start({ promptMs })));
    return new AutoscaledSystem(api, engines, {
      AMQP_URL: amqpUrl,
      DATA_DIR: api.dataDir,
      COMFYUI_URLS: engines.map(({ url }) => url).join(','),
      PHOTO_REPAIR_KEY: await new OperatorCalls(api.as('operator')).keyOf('viewer'),
      ENGINE_WARM_UP: 'false',
      AUTOSCALE_NAME: 'auto',
      AUTOSCALE_INTERVAL: '500ms',
      AUTOSCALE_COOLDOWN: '1500ms',
    });
  }

  /** The newest one last. */
  supervise(more: Record<string, string> = {}): SupervisorProcess {
    const supervisor = SupervisorProcess.start({ ...this.settings, ...more }, ['--url', this.api.url]);
    this.supervisors.push(supervisor);
    return supervisor;
  }

  get workers(): LivingWorker[] {
    return livingWorkers(this.api.dataDir);
  }

  /** All worker processes, written down or not. */
  get processes(): number[] {
    return workerProcesses(this.api.dataDir);
  }

  async count(state: 'queued' | 'running' | 'succeeded'): Promise<number> {
    const metrics = await (await fetch(`${this.api.url}/metrics`)).text();
    const sample = new RegExp(
      `^photo_repair_tasks_in_state\\{type="person",state="${state}"\\} (\\d+)$`,
      'm',
    );
    return Number(sample.exec(metrics)?.[1]);
  }

  async untilSucceeded(count: number, timeout: number): Promise<void> {
    await vi.waitFor(async () => expect(await this.count('succeeded')).toBe(count), {
      timeout,
      interval: 50,
    });
  }

  /** How often each of these photos was begun. */
  async attempts(ids: readonly string[]): Promise<number[]> {
    return Promise.all(
      ids.map(async (id) => {
        const answer = await this.api.as('operator').fetch(`/v1/admin/tasks/${id}`);
        return ((await answer.json()) as OperatorTaskDetailView).attempts.length;
      }),
    );
  }

  /** What all engines together have run. */
  async prompts(): Promise<number> {
    const reports = await Promise.all(this.engines.map((engine) => engine.report()));
    return reports.reduce((sum, { prompts }) => sum + prompts, 0);
  }

  async stop(): Promise<void> {
    for (const supervisor of this.supervisors) supervisor.signal('SIGKILL');
    for (const pid of this.processes) process.kill(pid, 'SIGKILL');
    await Promise.all(this.engines.map((engine) => engine.stop()));
    await this.api.remove();
  }
}
