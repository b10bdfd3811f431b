import { readFile } from 'node:fs/promises';

/**
 * The memory that a process has in RAM, as Linux counts it (proc(5), VmRSS); undefined when the process is gone,
 * and on other systems. Not from `statm`, which counts in pages, whose size Node does not tell.
 */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
