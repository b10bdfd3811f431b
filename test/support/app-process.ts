import { spawn, type ChildProcess } from 'node:child_process';
import { freePort } from './free-port.js';
import { resolve } from 'node:path';
import { vi } from 'vitest';

/** The apps that tests start alone: the setting of the port, and where each tells that it is alive. */
const APPS = {
  api: { port: 'API_PORT', alive: '/livez' },
  bridge: { port: 'BRIDGE_PORT', alive: '/livez' },
  engine: { port: 'ENGINE_PORT', alive: '/system_stats' },
  worker: { port: 'WORKER_PORT', alive: '/livez' },
} as const;

/** An app in a process of its own, from the built tree, as it runs in production. */
export class AppProcess {
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

  /** Resolves when it answers. `settings` are those of the app's `env.ts`. */
  static async start(app: keyof typeof APPS, settings: Record<string, string>): Promise<AppProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, [`dist/apps/${app}/src/main.js`], {
      env: {
        PATH: process.env['PATH'],
        WORKFLOWS_DIR: resolve('workflows'),
        ...settings,
        [APPS[app].port]: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new AppProcess(child, `http://127.0.0.1:${port}`);
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`The ${app} ended:\n${started.output}`);
        const { status } = await fetch(`${started.url}${APPS[app].alive}`);
        if (status !== 200) throw new Error(`The ${app} is not alive:\n${started.output}`);
      },
      { timeout: 60_000, interval: 100 },
    );
    return started;
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`)).status === 200;
  }

  /** Tells it something; it may go on. */
  signal(signal: 'SIGUSR2'): void {
    this.child.kill(signal);
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
