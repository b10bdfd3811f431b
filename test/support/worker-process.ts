import { spawn, type ChildProcess } from 'node:child_process';
import getPort from 'get-port';
import { resolve } from 'node:path';
import { vi } from 'vitest';

/** A worker in a process of its own, from the built tree, as it runs in production. */
export class WorkerProcess {
  /** Everything that it logged. */
  output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
  }

  /** Resolves when it takes tasks. `settings` are those of the worker's `env.ts`. */
  static async start(settings: Record<string, string>): Promise<WorkerProcess> {
    const port = await getPort();
    const child = spawn(process.execPath, ['dist/apps/worker/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        WORKER_PORT: String(port),
        WORKFLOWS_DIR: resolve('workflows'),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const worker = new WorkerProcess(child, `http://127.0.0.1:${port}`);
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`The worker ended:\n${worker.output}`);
        const { status } = await fetch(`${worker.url}/livez`);
        if (status !== 200) throw new Error(`The worker is not alive:\n${worker.output}`);
      },
      { timeout: 20_000, interval: 100 },
    );
    return worker;
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`)).status === 200;
  }

  /** Resolves with the exit code; null when a signal ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((done) => this.child.once('exit', done));
      this.child.kill(signal);
      await ended;
    }
    return this.child.exitCode;
  }
}
