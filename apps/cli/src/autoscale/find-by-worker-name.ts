import { readdirSync, readFileSync } from 'node:fs';

/**
 * The process of ours that was started as the worker of this name; undefined where there is none, and on systems without
 * /proc (proc(5): `environ` is what a process was started with).
 */
export function findByWorkerName(name: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .find((pid) => pid !== process.pid && environmentOf(pid).includes(`WORKER_NAME=${name}`));
}

/** Empty where the process has ended meanwhile or is somebody else's. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
