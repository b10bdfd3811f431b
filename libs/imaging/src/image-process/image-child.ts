import { fork, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { childEntry } from './child-entry.js';
import type { ChildMessage, DecodeReply, DecodeRequest } from './child-messages.js';
import { MemoryWatch } from './memory-watch.js';

/** Loading libvips takes 0.2 s; a machine under full load may take some seconds. */
const START_LIMIT_MS = 20_000;

/** What is kept of the last words of a child that crashed. */
const STDERR_CHARACTERS = 2000;

/** Why we ended a child ourselves. */
export type KillReason = 'memory' | 'time' | 'start' | 'idle' | 'closed';

/** One child process that decodes pictures, from its start to its end. */
export class ImageChild {
  /** It has said that it takes requests; true to its end. */
  ready = false;
  /** Set when we ended it. */
  killedFor: KillReason | undefined;
  /** Resolves when it has ended, however. */
  readonly gone: Promise<void>;
  private readonly process: ChildProcess;
  private readonly memory: MemoryWatch;
  private lastWords = '';

  /** `end` is called once, after all else; `how` is for the log. Throws where the program is not built. */
  constructor(
    memoryBytes: number,
    private readonly on: {
      ready: () => void;
      reply: (reply: DecodeReply) => void;
      end: (how: string) => void;
    },
  ) {
    // It reads hostile files: none of our settings and passwords is in its environment.
    // Two arenas instead of 8 a core: memory that one decode frees, the next one finds (mallopt(3)).
    this.process = fork(childEntry(), [], {
      env: { MALLOC_ARENA_MAX: '2' },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.memory = new MemoryWatch(this.process.pid ?? 0, memoryBytes, () => this.kill('memory'));
    const startLimit = setTimeout(() => this.kill('start'), START_LIMIT_MS).unref();
    (this.process.stderr as Socket | null)?.unref();
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString()).slice(-STDERR_CHARACTERS);
    });
    this.process.on('message', (message: ChildMessage) => {
      if (!('ready' in message)) return this.on.reply(message);
      clearTimeout(startLimit);
      this.ready = true;
      return this.on.ready();
    });
    this.gone = this.live(startLimit);
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** A request may be sent. */
  get takesRequests(): boolean {
    return this.ready && this.killedFor === undefined;
  }

  send(request: DecodeRequest): void {
    this.process.send(request, () => undefined);
  }

  kill(reason: KillReason): void {
    this.killedFor ??= reason;
    this.process.kill('SIGKILL');
  }

  private async live(startLimit: NodeJS.Timeout): Promise<void> {
    const how = await new Promise<string>((resolve) => {
      // Without a process id it was never started (EAGAIN, ENOMEM); all else is followed by `exit`.
      this.process.on('error', (error) => {
        if (this.process.pid === undefined) resolve(error.message);
      });
      this.process.on('exit', (code, signal) =>
        resolve(`${signal ?? `exit code ${code}`} ${this.lastWords}`.trim()),
      );
    });
    clearTimeout(startLimit);
    this.memory.stop();
    this.on.end(this.killedFor ? `ended for ${this.killedFor}` : how);
  }

  /** Watched, and a reason for this process to stay alive. */
  busy(): void {
    this.memory.start();
    this.process.ref();
    this.process.channel?.ref();
  }

  /** A program that has nothing else to do may end; the child then ends as well. */
  idle(): void {
    this.memory.stop();
    this.process.unref();
    this.process.channel?.unref();
  }
}
