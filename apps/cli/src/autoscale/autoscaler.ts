import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import { complain, say } from '../terminal.js';
import type { ApiLook } from './api-look.js';
import type { Look } from './look.js';
import { afterStep, decide, NO_MEMORY, type ScalingDecision, type ScalingRules } from './scaling-decision.js';
import { standLine } from './scaling-words.js';
import type { Workforce } from './workforce.js';

const TEND_EVERY_MS = 1_000;

/** Looks, decides, and makes one step at most, again and again; one thing at a time. */
export class Autoscaler {
  private memory = NO_MEMORY;
  private lookAt = 0;
  /** What was said last: the same state is told once. */
  private told = '';

  constructor(
    private readonly api: Pick<ApiLook, 'read'>,
    private readonly workforce: Workforce,
    private readonly rules: ScalingRules,
  ) {}

  /** Until the signal. Then the workforce ends as it is meant to. */
  async run(signal: AbortSignal): Promise<void> {
    const pause = Math.min(TEND_EVERY_MS, this.rules.intervalMs);
    while (!signal.aborted) {
      await this.workforce.tend();
      if (!signal.aborted && performance.now() >= this.lookAt) await this.look();
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
    await this.workforce.end();
  }

  private async look(): Promise<void> {
    const now = performance.now();
    this.lookAt = now + this.rules.intervalMs;
    const look = await this.read();
    if (look) this.workforce.hear(look);
    const decision = decide(look?.types ?? null, this.workforce, this.memory, this.rules, now);
    this.memory = decision.memory;
    if (look) await this.act(look, decision, now);
  }

  /** Undefined where nothing can be relied on. */
  private async read(): Promise<Look | undefined> {
    try {
      return await this.api.read();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (this.told !== error.message) complain(`${error.message} Nothing is changed until that is known.`);
      this.told = error.message;
      return undefined;
    }
  }

  private async act(look: Look, decision: ScalingDecision, now: number): Promise<void> {
    const stand = standLine(look, decision, this.workforce);
    if (decision.step === 0) return this.tell(`${decision.wanted}/${this.workforce.count}`, `${stand}.`);
    const { done, words } = await (decision.step > 0 ? this.workforce.grow() : this.workforce.shrink());
    if (done) this.memory = afterStep(now);
    this.tell(done ? `${stand} ${words}` : words, `${stand}; ${words}.`);
  }

  private tell(state: string, line: string): void {
    if (state !== this.told) say(line);
    this.told = state;
  }
}
