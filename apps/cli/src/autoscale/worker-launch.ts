import { projectDir } from '@app/runtime';
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { childEnv } from '../env.js';
import { worker } from '../system/child-spec.js';
import { ALLOCATOR, NODE_FLAGS } from '../system/managed-child.js';
import type { WorkerLog } from './worker-log.js';

/** What all workers of this supervisor have in common. */
export interface WorkerSettings {
  taskTypes: string[];
  graceMs: number;
  /** On top of the supervisor's own environment, for every worker. */
  env: Record<string, string>;
}

/** A process that was started. */
export interface Launched {
  /** Undefined where the system could not start one. */
  pid: number | undefined;
  /** Resolves, with words of how, when it has ended. */
  ended: Promise<string>;
}

/**
 * Starts a worker as `up` does, but so that it goes on when this process ends, however: it writes to its log by itself,
 * and nothing ties it to us.
 */
export function launchWorker(
  { name, engine, port }: { name: string; engine: string; port: number },
  log: WorkerLog,
  settings: WorkerSettings,
): Launched {
  const spec = worker(name, settings.taskTypes, port, {
    ...settings.env,
    COMFYUI_URLS: engine,
    SHUTDOWN_GRACE: `${settings.graceMs}ms`,
    // It has no use for the operator's key.
    PHOTO_REPAIR_KEY: '',
    PHOTO_REPAIR_EXIT_WITH_PARENT: '',
  });
  const output = log.open();
  try {
    const child = spawn(process.execPath, [...NODE_FLAGS, spec.script], {
      cwd: projectDir,
      env: childEnv({ ...ALLOCATOR, ...spec.env }),
      detached: true,
      stdio: ['ignore', output, output],
    });
    const ended = new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    child.unref();
    return { pid: child.pid, ended };
  } finally {
    closeSync(output);
  }
}
