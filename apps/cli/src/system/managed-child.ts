import { projectDir } from '@app/runtime';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { childEnv } from '../env.js';
import { ChildLog } from './child-log.js';
import type { ChildSpec } from './child-spec.js';
import { LineSplitter, readChildLine, type ChildWord } from './child-words.js';
import { RestartPause } from './restart-pause.js';

/**
 * A small young generation: V8 lets it grow to 16 MB a half while a program loads its modules, and keeps it. Saves
 * 20 to 30 MB in each idle process (measured on Node 20); what they wait for is pictures, not allocations.
 */
export const NODE_FLAGS = ['--max-semi-space-size=2'];

/**
 * glibc gives every thread that decodes pictures an arena of its own and keeps what it freed; two are enough here, and
 * an idle system after work is 100 MB smaller. (The advice of sharp's documentation for Linux.)
 */
export const ALLOCATOR = { MALLOC_ARENA_MAX: '2' };

/** What a child's supervisor hears. */
export interface ChildListener {
  said(word: ChildWord): void;
  /** It ended although nobody stopped it; it starts again after `pauseMs`. */
  crashed(how: string, pauseMs: number): void;
}

/**
 * One child process, kept alive until `stop`. It runs in a process group of its own (Ctrl-C reaches only the
 * launcher, which decides), and with a pipe on its standard input: when the launcher dies, however, the pipe
 * closes and the child ends by itself (libs/runtime, `exitWithParent`).
 */
export class ManagedChild {
  /** Times it ended by itself. */
  crashes = 0;
  /** The last complaints, for the message when it cannot start at all. */
  readonly lastWords: string[] = [];
  private process: ChildProcess | undefined;
  private startedAt = 0;
  private readonly pause = new RestartPause();
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private readonly log: ChildLog;

  constructor(
    readonly spec: ChildSpec,
    logDir: string,
    private readonly listener: ChildListener,
  ) {
    this.log = new ChildLog(join(logDir, `${spec.name}.log`));
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  start(): void {
    this.startedAt = Date.now();
    const child = spawn(process.execPath, [...NODE_FLAGS, this.spec.script], {
      cwd: projectDir,
      env: childEnv({ ...ALLOCATOR, ...this.spec.env }),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.process = child;
    for (const from of ['stdout', 'stderr'] as const) {
      const lines = new LineSplitter((line) => this.hear(readChildLine(line, from)));
      child[from].on('data', (chunk: Buffer) => {
        this.log.write(chunk);
        lines.push(chunk);
      });
    }
    child.stdin.on('error', () => undefined); // it ended: `close` tells
    child.on('error', (error) => this.hear({ severity: 'error', text: error.message }));
    child.on('close', (code, signal) =>
      this.ended(signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
  }

  /** Asks it to stop (SIGTERM), and kills it when it has not after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.process;
    if (child) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await closed;
      clearTimeout(force);
    }
    this.log.close();
  }

  /** Ends it without asking. */
  kill(): void {
    this.stopping = true;
    this.process?.kill('SIGKILL');
  }

  private hear(word: ChildWord | undefined): void {
    if (!word) return;
    this.lastWords.push(word.text);
    if (this.lastWords.length > 5) this.lastWords.shift();
    this.listener.said(word);
  }

  private ended(how: string): void {
    this.process = undefined;
    if (this.stopping) return;
    this.crashes += 1;
    const pauseMs = this.pause.after(Date.now() - this.startedAt);
    this.timer = setTimeout(() => this.start(), pauseMs);
    this.listener.crashed(how, pauseMs);
  }
}
