import { isFinalState, type TaskView } from '@app/contracts';
import { createLogger } from '@app/runtime';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { register } from 'prom-client';
import sharp from 'sharp';
import { expect, vi } from 'vitest';
import { LostMessages } from '../../../apps/api/src/line/lost-messages.js';
import { createApp } from '../../../apps/worker/src/create-app.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { TestApi } from '../../support/test-api.js';

const WITHIN_MS = 45_000;

/** An API, a worker and an engine in this process. */
export class SmallSystem {
  private constructor(
    readonly api: TestApi,
    readonly engine: TestEngine,
    private readonly stopWorker: () => Promise<void>,
  ) {}

  static async start(settings: Record<string, string>): Promise<SmallSystem> {
    const api = await TestApi.start({ QUEUE_TIMEOUT: '0', ...settings });
    return SmallSystem.around(api, settings);
  }

  /** Adds a worker and an engine to an API. */
  static async around(api: TestApi, settings: Record<string, string>): Promise<SmallSystem> {
    const engine = await startEngine();
    // Metrics live in one registry per process.
    register.clear();
    const env = readEnv({
      WORKFLOWS_DIR: resolve('workflows'),
      TASK_TYPES: 'person',
      COMFYUI_URLS: engine.url,
      ENGINE_WARM_UP: 'false',
      WORKER_NAME: 'w1',
      AMQP_URL: settings['AMQP_URL']!,
      DATA_DIR: api.dataDir,
      ...storeSettings(settings),
    });
    const worker = await createApp(env, createLogger('worker', 'silent'));
    await worker.listen(0, '127.0.0.1');
    await worker.startAllMicroservices();
    return new SmallSystem(api, engine, () => worker.close());
  }

  /** Everything of it is gone, its photos too. */
  async destroy(): Promise<void> {
    this.engine.colouriser.release();
    await this.stopWorker();
    await this.api.remove();
    await this.engine.remove();
  }

  /** Sends photos that differ. */
  async submit(count: number, from = 0): Promise<string[]> {
    const ids: string[] = [];
    for (let index = from; index < from + count; index += 1) {
      const answer = await this.api.submit(await photoOf(index), `photo-${index}.png`);
      expect(answer.status).toBe(202);
      ids.push(((await answer.json()) as TaskView).id);
    }
    return ids;
  }

  async stateOf(id: string): Promise<string> {
    return (await this.asOperator(id)).status;
  }

  async asOperator(id: string): Promise<TaskView> {
    return (await (await this.api.as('operator').fetch(`/v1/tasks/${id}`)).json()) as TaskView;
  }

  async resultOf(id: string): Promise<Buffer> {
    const answer = await this.api.as('operator').fetch(`/v1/tasks/${id}/result`);
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** Waits until all have ended; looks for lost messages meanwhile as the API does, with a clock that runs faster. */
  async untilAllEnded(ids: readonly string[]): Promise<void> {
    const lost = this.api.app.get(LostMessages);
    let clock = performance.now() + 1_000_000;
    await vi.waitFor(
      async () => {
        await lost.look((clock += 10_000));
        await this.expectEnded(ids);
      },
      { timeout: WITHIN_MS, interval: 300 },
    );
  }

  /** The same where no message is lost, and what is late must not be taken for that. */
  async untilEnded(ids: readonly string[]): Promise<void> {
    await vi.waitFor(() => this.expectEnded(ids), { timeout: WITHIN_MS, interval: 300 });
  }

  private async expectEnded(ids: readonly string[]): Promise<void> {
    const states = await Promise.all(ids.map((id) => this.stateOf(id)));
    expect(states.filter((state) => !isFinalState(state as TaskView['status']))).toEqual([]);
  }

  /** The steps of a task that ended it. */
  async ends(id: string): Promise<string[]> {
    const answer = await this.api.as('operator').fetch(`/v1/tasks/${id}/timeline`);
    const { items } = (await answer.json()) as { items: { status: TaskView['status'] }[] };
    return items.map(({ status }) => status).filter(isFinalState);
  }
}

/** Where the photos are, if not in the data folder. */
function storeSettings(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => /^(ARTIFACT_STORE|S3_)/.test(name)));
}

/** A photo of its own for each number. */
export async function photoOf(index: number): Promise<Buffer> {
  const width = 48 + index;
  const pixels = Buffer.from(Array.from({ length: width * 40 }, (_, at) => (at * (index + 3)) % 251));
  return sharp(pixels, { raw: { width, height: 40, channels: 1 } })
    .png()
    .toBuffer();
}

/** What a program of the built tree printed, and how it ended. */
export interface Ended {
  code: number;
  out: string;
  errors: string;
}

/** Runs the command line of the built tree. */
export async function commandLine(args: readonly string[], settings: Record<string, string>): Promise<Ended> {
  return program('dist/apps/cli/src/main.js', args, settings);
}

/** Runs a program of the built tree. */
export async function program(
  script: string,
  args: readonly string[],
  settings: Record<string, string>,
): Promise<Ended> {
  return new Promise((done) => {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings };
    execFile(process.execPath, [script, ...args], { env }, (error, out, errors) =>
      done({ code: error === null ? 0 : Number(error.code ?? 1), out, errors }),
    );
  });
}
