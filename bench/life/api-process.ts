import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const OPERATOR_KEY = 'prk_the-operator-of-the-benchmarks-1';

const READY_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 30_000;
const MIB = 1024 * 1024;

/** The built API in a process of its own, without limits that a benchmark would run into. */
export class ApiProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** From the start of the process until `/readyz` said yes. */
    readonly readyAfterMs: number,
  ) {}

  /** `profileDir` gets a CPU profile of the process when it stops. */
  static async start(options: {
    amqpUrl: string;
    dataDir: string;
    port: number;
    profileDir?: string | undefined;
  }): Promise<ApiProcess> {
    const { amqpUrl, dataDir, port, profileDir } = options;
    mkdirSync(dataDir, { recursive: true });
    const began = performance.now();
    const flags = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
    const child = spawn(process.execPath, [...flags, 'dist/apps/api/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        AMQP_URL: amqpUrl,
        API_PORT: String(port),
        DATA_DIR: dataDir,
        WORKFLOWS_DIR: resolve('workflows'),
        OPERATOR_KEY,
        RATE_LIMIT: '0',
        QUEUE_TIMEOUT: '0',
        QUEUE_MAX_WAITING: '5000000',
        BROKER_AWAY_MAX_WAITING: '5000000',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, child);
    return new ApiProcess(child, url, performance.now() - began);
  }

  /** MiB in memory: now, and at the most so far; of the API process, and of those that it has started. */
  get memory(): { now: number; peak: number; children: number } {
    const pid = this.child.pid!;
    return {
      now: memoryOf(pid, 'VmRSS'),
      peak: memoryOf(pid, 'VmHWM'),
      children: childrenOf(pid).reduce((sum, child) => sum + memoryOf(child, 'VmHWM'), 0),
    };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise<void>((done) => this.child.once('exit', () => done()));
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(force);
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The API ended with ${child.exitCode}.`);
    const ready = await fetch(`${url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) return;
    await sleep(20);
  }
  child.kill('SIGKILL');
  throw new Error('The API was not ready in time.');
}

/** In MiB; 0 for a process that has ended. */
function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  try {
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
      readFileSync(`/proc/${pid}/status`, 'utf8'),
    )?.[1];
    return (Number(kib ?? 0) * 1024) / MIB;
  } catch {
    return 0;
  }
}

/** Those that it started by itself; none of a process that has ended. */
function childrenOf(pid: number): number[] {
  try {
    const threads = join('/proc', String(pid), 'task');
    return readdirSync(threads).flatMap((thread) =>
      readFileSync(join(threads, thread, 'children'), 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}
