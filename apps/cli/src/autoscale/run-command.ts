import { spawn } from 'node:child_process';
import { childEnv } from '../env.js';
import { commandSettings } from './env.js';

/** What is kept of all that it says: the end. */
const SAID_CHARACTERS = 500;
/** From SIGTERM to SIGKILL. */
const LAST_MOMENTS_MS = 2_000;

/** How a command ended. */
export interface CommandOutcome {
  ok: boolean;
  how: string;
  /** The end of its output. */
  said: string;
}

/**
 * Calls the operator's command in a shell, with the number of workers as its last argument and in its environment. It is
 * ended, with all that it has started, after `limitMs`. Never rejects.
 */
export async function runCommand(
  command: string,
  call: { wanted: number; idle: readonly string[]; limitMs: number; onStart: (pid: number) => void },
): Promise<CommandOutcome> {
  const child = spawn('/bin/sh', ['-c', `${command} "$1"`, 'autoscale', String(call.wanted)], {
    env: childEnv(commandSettings(call)),
    // A process group of its own, so that Ctrl-C does not end it halfway and the limit reaches all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (said = (said + text).slice(-SAID_CHARACTERS)));
  }
  const ended = new Promise<string | null>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) =>
      resolve(code === 0 ? null : signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
  });
  if (child.pid === undefined) return { ok: false, how: (await ended) ?? 'it was not started', said };
  const { pid } = child;
  call.onStart(pid);
  let isLate = false;
  const timers = [
    setTimeout(() => {
      isLate = true;
      signalGroup(pid, 'SIGTERM');
    }, call.limitMs),
    setTimeout(() => signalGroup(pid, 'SIGKILL'), call.limitMs + LAST_MOMENTS_MS),
  ];
  const how = await ended;
  for (const timer of timers) clearTimeout(timer);
  if (isLate) signalGroup(pid, 'SIGKILL');
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  const failure = isLate ? `it took longer than ${call.limitMs / 1000} s` : how;
  return { ok: failure === null, how: failure ?? 'exit code 0', said: said.trim() };
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
