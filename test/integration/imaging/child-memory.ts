import { readFile } from 'node:fs/promises';

export const MEBIBYTE = 1024 * 1024;

/** What a process has in RAM now, and had at most (proc(5), VmRSS and VmHWM). Linux only. */
export async function memoryOf(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  const [now, peak] = ['VmRSS', 'VmHWM'].map((name) => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return Number(kibibytes) * 1024;
  }) as [number, number];
  return { now, peak };
}
