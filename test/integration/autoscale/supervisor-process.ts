import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { WorkerRecords } from '../../../apps/cli/src/autoscale/worker-records.js';
import { isStillRunning } from '../../../apps/cli/src/system/process-identity.js';

/** A worker process that a supervisor has written down. */
export interface LivingWorker {
  name: string;
  engine: string;
  pid: number;
}

/** `photo-repair autoscale` in a process of its own, from the built tree. */
export class SupervisorProcess {
  /** Everything that it said. */
  output = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  static start(settings: Record<string, string>, flags: readonly string[] = []): SupervisorProcess {
    const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', 'autoscale', ...flags], {
      env: { PATH: process.env['PATH'], WORKFLOWS_DIR: resolve('workflows'), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new SupervisorProcess(child);
  }

  /** How often it has said that. */
  times(words: string): number {
    return this.output.split(words).length - 1;
  }

  /** Resolves when it has said that. */
  async says(words: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.output.includes(words)) throw new Error(`It did not say "${words}":\n${this.output}`);
      },
      { timeout: 40_000, interval: 50 },
    );
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }

  /** Its exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}

/** The workers that supervisors of this data folder have started and that live. */
export function livingWorkers(dataDir: string): LivingWorker[] {
  const dir = join(dataDir, 'run/autoscale/workers');
  return new WorkerRecords(dir)
    .all()
    .flatMap(({ name, engine, process }) =>
      process !== null && isStillRunning(process) ? [{ name, engine, pid: process.pid }] : [],
    )
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** All processes of this machine that were started as workers with that data folder, written down or not. */
export function workerProcesses(dataDir: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && isWorker(entry, dataDir))
    .map(Number);
}

function isWorker(pid: string, dataDir: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return (
      environment.includes(`DATA_DIR=${dataDir}`) &&
      environment.some((entry) => entry.startsWith('WORKER_NAME='))
    );
  } catch {
    return false; // it has ended meanwhile
  }
}
