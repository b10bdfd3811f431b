import { join } from 'node:path';
import { z } from 'zod';
import { harmless } from '../parking/parked-lines.js';
import { readJsonFile, writeJsonFile } from '../system/json-file.js';
import { identityOf, isStillRunning, processIdentitySchema } from '../system/process-identity.js';
import { complain, say, seconds } from '../terminal.js';
import type { Look } from './look.js';
import { runCommand } from './run-command.js';
import type { ScalingRules } from './scaling-decision.js';
import type { StepOutcome, Workforce } from './workforce.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

const recordSchema = z.object({
  wanted: z.number().int().nonnegative(),
  /** A call that has begun and of which nobody knows that it has ended. */
  running: processIdentitySchema.nullable(),
});

/** The command of the operator, and when it is called again although nothing has changed. */
export interface ScaleCommandOptions {
  command: string;
  limitMs: number;
  rules: Pick<ScalingRules, 'min' | 'max' | 'besides'>;
  repeatMs: number;
  /** For the record. */
  dir: string;
}

/** Workers that a command looks after, which is told how many there are to be: machines at a cloud, for example. */
export class ScaleCommand implements Workforce {
  private readonly path: string;
  private wanted: number | undefined;
  private look: Look | undefined;
  private callAt = 0;
  private pauseMs = FIRST_PAUSE_MS;

  constructor(private readonly options: ScaleCommandOptions) {
    this.path = join(options.dir, 'command.json');
  }

  /** What was asked for last goes on to be; the first time, what there is. */
  hear(look: Look): void {
    this.look = look;
    if (this.wanted !== undefined) return;
    const { min, max, besides } = this.options.rules;
    const wanted = readJsonFile(this.path, recordSchema)?.wanted ?? this.there.length - besides;
    this.wanted = Math.min(max, Math.max(min, wanted));
  }

  get count(): number {
    return this.wanted ?? 0;
  }

  /** Which of the workers are the command's, and how long a machine needs, is not known here. */
  get arriving(): number {
    return Math.max(0, this.count + this.options.rules.besides - this.there.length);
  }

  async grow(): Promise<StepOutcome> {
    return this.ask(this.count + 1);
  }

  async shrink(): Promise<StepOutcome> {
    if (this.idle.length === 0)
      return { done: false, words: 'each has a photo in work and goes on until one has none' };
    return this.ask(this.count - 1);
  }

  async tend(): Promise<void> {
    if (this.wanted !== undefined && performance.now() >= this.callAt) await this.call(this.wanted);
  }

  /** The workers are the command's. */
  end(): Promise<void> {
    if (this.wanted !== undefined) say(`The command was told ${this.wanted} last; that remains.`);
    return Promise.resolve();
  }

  /** Names of those that may go without anybody's loss. */
  private get idle(): string[] {
    return this.there.filter(({ busy }) => !busy).map(({ name }) => name);
  }

  /** Those that will stay. */
  private get there(): Look['workers'] {
    return this.look?.workers.filter(({ stopping, leaving }) => !stopping && !leaving) ?? [];
  }

  private async ask(wanted: number): Promise<StepOutcome> {
    this.wanted = wanted;
    this.pauseMs = FIRST_PAUSE_MS;
    const isTold = await this.call(wanted);
    return { done: true, words: `the command ${isTold ? 'was' : 'will be'} told ${wanted}` };
  }

  /**
   * Writes down what is wanted first: a call that fails is made again, also by the next supervisor.
   * @returns whether it succeeded
   */
  private async call(wanted: number): Promise<boolean> {
    const { command, limitMs, repeatMs } = this.options;
    const running = readJsonFile(this.path, recordSchema)?.running ?? null;
    if (running !== null && isStillRunning(running)) {
      complain(`The command that was called before (process ${running.pid}) still runs; it is waited for.`);
      this.again();
      return false;
    }
    writeJsonFile(this.path, { wanted, running: null });
    const outcome = await runCommand(command, {
      wanted,
      idle: this.idle,
      limitMs,
      onStart: (pid) => writeJsonFile(this.path, { wanted, running: identityOf(pid) ?? null }),
    });
    writeJsonFile(this.path, { wanted, running: null });
    if (outcome.ok) {
      this.pauseMs = FIRST_PAUSE_MS;
      this.callAt = performance.now() + repeatMs;
      return true;
    }
    const said = outcome.said === '' ? '' : ` It said: ${harmless(outcome.said)}`;
    const { pauseMs } = this;
    this.again();
    complain(
      `The command did not take ${wanted} (${outcome.how}); it is called again in ${seconds(pauseMs)} s.${said}`,
    );
    return false;
  }

  private again(): void {
    this.callAt = performance.now() + this.pauseMs;
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
