import { spawn, type ChildProcess } from 'node:child_process';
import { freePort } from '../../support/free-port.js';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type App = 'api' | 'worker' | 'engine' | 'bridge';

export interface AppProcessOptions {
  /** In logs and reports: `worker-1`. */
  name: string;
  app: App;
  /** Settings of the app's `env.ts`, without its port. */
  settings: Record<string, string>;
  logFile: string;
  /** Modules that are loaded before the app, with their own settings among `settings`. */
  preload?: readonly string[];
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
/** What a supervisor waits before it starts a process again. */
const RESTART_MS = 100;
const POLL_MS = 25;

/** The setting that is its port, and where it says that it lives and that it can do its work. */
const FACES: Record<App, { port: string; live: string; ready: string }> = {
  api: { port: 'API_PORT', live: '/livez', ready: '/readyz' },
  worker: { port: 'WORKER_PORT', live: '/livez', ready: '/readyz' },
  engine: { port: 'ENGINE_PORT', live: '/system_stats', ready: '/system_stats' },
  bridge: { port: 'BRIDGE_PORT', live: '/livez', ready: '/readyz' },
};

/** An app in a process of its own, from the built tree, that is started again whenever it ends, on the same port. */
export class AppProcess {
  /** Times it ended although nobody had asked for it, kills included. */
  deaths = 0;
  /** Times it was started. */
  starts = 0;
  private child: ChildProcess | undefined;
  private wanted = false;
  private readonly log: WriteStream;

  private constructor(
    private readonly options: AppProcessOptions,
    private readonly port: number,
  ) {
    this.log = createWriteStream(options.logFile);
  }

  /** Starts it; `untilLive` waits for it. */
  static async start(options: AppProcessOptions): Promise<AppProcess> {
    const process = new AppProcess(options, await freePort());
    process.run();
    return process;
  }

  get name(): string {
    return this.options.name;
  }

  get logFile(): string {
    return this.options.logFile;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves once it answers. */
  async untilLive(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await this.answers(FACES[this.options.app].live))) {
      if (Date.now() > deadline)
        throw new Error(`${this.name} does not answer; see ${this.options.logFile}.`);
      await sleep(POLL_MS);
    }
  }

  /** Resolves once it says that it can do its work: the broker and what else it needs are there. */
  async untilReady(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await this.answers(FACES[this.options.app].ready))) {
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready; see ${this.options.logFile}.`);
      await sleep(POLL_MS);
    }
  }

  /** kill -9; resolves once the supervisor has started it again, which does not mean that it answers. */
  async kill(): Promise<void> {
    const killed = this.child;
    await this.end('SIGKILL');
    while (this.wanted && this.child === killed) await sleep(POLL_MS);
  }

  /** kill -9, and up again only after so long. */
  async killFor(awayMs: number): Promise<void> {
    this.wanted = false;
    await this.end('SIGKILL');
    this.deaths++;
    await sleep(awayMs);
    this.run();
  }

  /** SIGTERM, waits for it to end, starts it again: one step of a rolling restart. Gives the exit code. */
  async restart(): Promise<number | null> {
    const code = await this.stop();
    this.run();
    return code;
  }

  /** SIGTERM; stays away until `run`. Gives the exit code, null where it had to be killed. */
  async stop(): Promise<number | null> {
    this.wanted = false;
    const force = setTimeout(() => this.child?.kill('SIGKILL'), STOP_LIMIT_MS);
    const child = this.child;
    await this.end('SIGTERM');
    clearTimeout(force);
    return child?.exitCode ?? null;
  }

  /** kill -9 for good. */
  async remove(): Promise<void> {
    this.wanted = false;
    await this.end('SIGKILL');
    await new Promise<void>((done) => this.log.end(done));
  }

  /** Freezes it (SIGSTOP) or lets it go on: to others it looks as if its machine had gone. */
  freeze(frozen: boolean): void {
    this.child?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  run(): void {
    const { app, settings, preload = [] } = this.options;
    this.wanted = true;
    this.starts++;
    const imports = preload.flatMap((module) => ['--import', module]);
    const child = spawn(process.execPath, [...imports, `dist/apps/${app}/src/main.js`], {
      env: {
        PATH: process.env['PATH'],
        WORKFLOWS_DIR: resolve('workflows'),
        // It must not outlive a test run that was killed.
        PHOTO_REPAIR_EXIT_WITH_PARENT: 'true',
        ...settings,
        [FACES[app].port]: String(this.port),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.pipe(this.log, { end: false });
    child.on('exit', (code, signal) => {
      this.log.write(`--- ended with ${signal ?? `code ${code}`} at ${new Date().toISOString()}\n`);
      if (!this.wanted || this.child !== child) return;
      this.deaths++;
      setTimeout(() => {
        if (this.wanted && this.child === child) this.run();
      }, RESTART_MS);
    });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private async answers(path: string): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(2_000) });
      return answer.status === 200;
    } catch {
      return false;
    }
  }
}
