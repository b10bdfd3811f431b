import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { AppProcess } from '../../support/app-process.js';
import { TestCaller } from '../../support/test-caller.js';

export const OPERATOR_KEY = 'prk_the-operator-of-the-tests-of-traces';

/** One line of a program's log. */
export type LogLine = Record<string, unknown>;

/** The API and the engine, and a worker that is started when a test wants it: programs of their own, as in production. */
export class TracedSystem {
  private worker: AppProcess | undefined;
  private readonly outputs = new Map<string, AppProcess>();

  private constructor(
    readonly dataDir: string,
    private readonly settings: Record<string, string>,
    private readonly api: AppProcess,
    private readonly engine: AppProcess,
  ) {
    this.outputs.set('api', api).set('engine', engine);
  }

  static async start(given: Record<string, string>): Promise<TracedSystem> {
    const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-traces-'));
    const settings = { DATA_DIR: dataDir, OPERATOR_KEY, ...given };
    const [api, engine] = await Promise.all([
      AppProcess.start('api', { ...settings, WEB_DIR: resolve('apps/web') }),
      AppProcess.start('engine', { ...settings, ENGINE_DIR: join(dataDir, 'engine') }),
    ]);
    await vi.waitFor(async () => {
      if (!(await api.ready())) throw new Error(`The API is not ready:\n${api.output}`);
    }, 60_000);
    return new TracedSystem(dataDir, settings, api, engine);
  }

  get operator(): TestCaller {
    return new TestCaller(this.api.url, OPERATOR_KEY);
  }

  async startWorker(): Promise<void> {
    const settings = { ...this.settings, COMFYUI_URLS: this.engine.url, WORKER_NAME: 'worker-1' };
    this.worker = await AppProcess.start('worker', settings);
    this.outputs.set('worker', this.worker);
  }

  /** All lines that are JSON, by program. */
  get lines(): { program: string; line: LogLine }[] {
    return [...this.outputs].flatMap(([program, { output }]) =>
      output
        .split('\n')
        .filter((text) => text.startsWith('{'))
        .map((text) => ({ program, line: JSON.parse(text) as LogLine })),
    );
  }

  /** Puts what the programs printed where `npm start` keeps it. Gives the data folder. */
  async keepLogs(): Promise<string> {
    await mkdir(join(this.dataDir, 'logs'), { recursive: true });
    for (const [program, { output }] of this.outputs) {
      await writeFile(join(this.dataDir, 'logs', `${program}.log`), output);
    }
    return this.dataDir;
  }

  /** Ends every program as an operator does, and says with which codes; what was not exported yet is by then. */
  async stop(): Promise<(number | null)[]> {
    const programs = [this.worker, this.api, this.engine].filter((each) => each !== undefined);
    return Promise.all(programs.map((program) => program.end('SIGTERM')));
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
