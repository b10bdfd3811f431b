import type { NvidiaCard } from './nvidia-card.js';
import { NvidiaSmiError } from './nvidia-smi.errors.js';
import { OutsideProgram } from './outside-program.js';
import { queryCards } from './query-cards.js';

/** Settings of `NvidiaSmi`, in milliseconds. */
export interface NvidiaSmiOptions {
  /** Its name or path; default `nvidia-smi`, looked for on the PATH. */
  program?: string;
  /** It is not asked more often than this; default 2,000. */
  everyMs?: number;
  /** It is ended when it takes longer; default 2,000. */
  limitMs?: number;
  /** What it said last counts for so long while it fails; default 10,000. */
  keptMs?: number;
  /** Told of each new trouble once, and when it is over. */
  logger?: {
    info(data: Record<string, unknown>, message: string): void;
    warn(data: Record<string, unknown>, message: string): void;
  };
}

/** A program that is not there is looked for again after so long: a driver may be installed meanwhile. */
const MISSING_MS = 60_000;

/**
 * The cards of this machine by `nvidia-smi`. Ask as often as you like: it runs at most every `everyMs`, beside the event
 * loop, once at a time. It tells nothing of another machine's cards (`isOnThisMachine`).
 */
export class NvidiaSmi {
  private readonly program: OutsideProgram;
  private readonly everyMs: number;
  private readonly keptMs: number;
  private readonly logger: NvidiaSmiOptions['logger'];
  private known: { cards: readonly NvidiaCard[] | null; at: number } | undefined;
  private asking: Promise<void> | undefined;
  private nextAt = 0;
  private trouble: string | null = null;

  constructor({ program, everyMs, limitMs, keptMs, logger }: NvidiaSmiOptions = {}) {
    this.program = new OutsideProgram(program ?? 'nvidia-smi', limitMs ?? 2_000);
    this.everyMs = everyMs ?? 2_000;
    this.keptMs = keptMs ?? 10_000;
    this.logger = logger;
  }

  /** Why it cannot be used at this moment; null while it can, and where there is none. */
  get problem(): string | null {
    return this.trouble;
  }

  /** The cards as they were at most `everyMs` ago; null where there is no `nvidia-smi` or it fails. Never rejects. */
  async cards(): Promise<readonly NvidiaCard[] | null> {
    if (performance.now() >= this.nextAt) this.asking ??= this.ask().finally(() => (this.asking = undefined));
    await this.asking;
    if (this.known === undefined) return null;
    const isKept = this.trouble === null || performance.now() - this.known.at < this.keptMs;
    return isKept ? this.known.cards : null;
  }

  private async ask(): Promise<void> {
    this.nextAt = performance.now() + this.everyMs;
    try {
      const cards = await queryCards(this.program);
      this.known = { cards, at: performance.now() };
      if (cards === null) this.nextAt = performance.now() + MISSING_MS;
      this.became(null);
    } catch (error) {
      this.became(error instanceof NvidiaSmiError ? error.message : String(error));
    }
  }

  private became(trouble: string | null): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    if (trouble === null) this.logger?.info({}, 'nvidia-smi can be used again');
    else this.logger?.warn({ reason: trouble }, 'nvidia-smi cannot be used; engines are asked alone');
  }
}
