import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * `garbage`: it answers what no ComfyUI answers; `silent`: it answers nothing; `out_of_memory`: prompts fail so; `stuck`: it
 * takes prompts and runs none; `full`: another program has the memory of its GPU.
 */
export type Mood = 'well' | 'garbage' | 'silent' | 'out_of_memory' | 'stuck' | 'full';

export interface StubOptions {
  /** How long each prompt runs. */
  promptMs: number;
  /** What every result is; without it, each is the picture that was uploaded for it. */
  resultFile?: string;
  /** A free one by default. */
  port?: number;
}

/** How busy the stub was since `reset`. Times in milliseconds, by its own clock. */
export interface BusyReport {
  prompts: number;
  /** What a prompt was meant to take, what it took on average, and at the most. */
  promptMs: number;
  meanMs: number;
  longestMs: number;
  busyMs: number;
  /** Of the first prompt, and the end of the last, in epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  /** From the start of the first prompt to the end of the last. */
  windowMs: number;
  /** Busy of the window. */
  share: number;
  /** The same, but of each prompt only what it was meant to take: a late timer of the stub counts as idle. */
  nominalShare: number;
  /** From the end of each prompt to the start of the next. */
  gapsMs: number[];
  /** Requests by `METHOD first-part-of-the-path`. */
  calls: Record<string, number>;
  /** What the stub's process itself has used of the processor. */
  cpuMs: number;
}

/** A ComfyUI server without a model in a process of its own, on loopback: each prompt takes the same time. */
export class EngineStub {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(options: StubOptions): Promise<EngineStub> {
    const order = JSON.stringify({ port: 0, ...options });
    const child = fork(new URL('./stub-process.mjs', import.meta.url), [order]);
    const [{ port }] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`The engine stub ended with ${code}.`);
      }),
    ])) as [{ port: number }];
    return new EngineStub(child, `http://127.0.0.1:${port}`);
  }

  /** Forgets what was measured so far. */
  async reset(): Promise<void> {
    await this.post('reset', {});
  }

  /** For the prompts that start from now on. */
  async setPromptMs(promptMs: number): Promise<void> {
    await this.post('prompt-ms', { promptMs });
  }

  /** How it treats requests and prompts from now on. Nothing is left of its queue where it answers no more. */
  async become(mood: Mood): Promise<void> {
    await this.post('mood', { mood });
  }

  async report(): Promise<BusyReport> {
    const answer = await fetch(`${this.url}/stub/busy`);
    return (await answer.json()) as BusyReport;
  }

  /** Ends its process by force. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private async post(what: string, body: object): Promise<void> {
    const answer = await fetch(`${this.url}/stub/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The engine stub answered ${answer.status} to ${what}.`);
  }
}
