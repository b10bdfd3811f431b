import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in these (`getconf CLK_TCK`, 100 on every architecture that Node runs on). */
const TICK_MS = 10;

interface RunningProcess {
  parent: number;
  command: string;
  /** Of itself and of children that have ended, in milliseconds. */
  cpuMs: number;
}

/** Parts of a system by words that are in the command lines of their processes. */
export type Parts = Readonly<Record<string, string>>;

/** How much processor time each part has had so far, in milliseconds: with the processes that its own have started. */
export function cpuTimesOf(parts: Parts): Record<string, number> {
  const running = readRunning();
  const times = Object.fromEntries(Object.keys(parts).map((name) => [name, 0]));
  for (const [pid, { cpuMs }] of running) {
    const part = Object.keys(parts).find((name) => belongs(pid, parts[name]!, running));
    if (part !== undefined) times[part] = (times[part] ?? 0) + cpuMs;
  }
  return times;
}

function belongs(pid: number, words: string, running: ReadonlyMap<number, RunningProcess>): boolean {
  for (let at = running.get(pid); at !== undefined; at = running.get(at.parent)) {
    if (at.command.includes(words)) return true;
  }
  return false;
}

function readRunning(): Map<number, RunningProcess> {
  const running = new Map<number, RunningProcess>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const found = readProcess(name);
    if (found !== undefined) running.set(Number(name), found);
  }
  return running;
}

/** Undefined where it has just ended. */
function readProcess(pid: string): RunningProcess | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; what follows it are numbers (proc_pid_stat(5), from the third on).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { parent: Number(fields[1]), command: `${command} ${environment}`, cpuMs: ticks * TICK_MS };
  } catch {
    return undefined;
  }
}
