import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.js';

export interface WorkerProcessOptions {
  name: string;
  amqpUrl: string;
  dataDir: string;
  taskType: string;
  engineUrls: readonly string[];
  lookahead: number;
  /** Gets a CPU profile of the process when it stops. */
  profileDir?: string | undefined;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;
const POLL_MS = 50;
/** Linux counts a process's time in these. */
const TICK_MS = 10;

/** The built worker in a process of its own. */
export class WorkerProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it takes tasks. */
  static async start(options: WorkerProcessOptions): Promise<WorkerProcess> {
    const { name, amqpUrl, dataDir, taskType, engineUrls, lookahead, profileDir } = options;
    const port = await freePort();
    const flags = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
    const child = spawn(process.execPath, [...flags, 'dist/apps/worker/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        AMQP_URL: amqpUrl,
        COMFYUI_URLS: engineUrls.join(','),
        DATA_DIR: dataDir,
        LOG_LEVEL: 'error',
        TASK_TYPES: taskType,
        WORKER_LOOKAHEAD: String(lookahead),
        WORKER_NAME: name,
        WORKER_PORT: String(port),
        WORKFLOWS_DIR: resolve('workflows'),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await isReady(`http://127.0.0.1:${port}/readyz`))) {
      if (child.exitCode !== null) throw new Error(`The worker ended with ${child.exitCode}.`);
      if (Date.now() > deadline) throw new Error('The worker was not ready in time.');
      await sleep(POLL_MS);
    }
    return new WorkerProcess(child);
  }

  /** What the process has used of the processor so far. */
  get cpuMs(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: user and system time are the 14th and the 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(force);
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );
}
