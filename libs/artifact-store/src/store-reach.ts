import type { ArtifactStore } from './artifact-store.js';
import { ArtifactStoreUnavailable } from './artifact-store.errors.js';

/** Of an artifact that nobody stores. */
const KEY = 'readiness/probe';

const EVERY_MS = 10_000;
/** A probe of an orchestrator waits for some seconds itself. */
const ANSWER_MS = 2_000;

/**
 * Whether the store can be reached, for `/readyz`: it looks for an artifact that is not there, which costs one request. The
 * store is asked once in 10 s at most, however often one wants to know, and never twice at a time: a store that hangs has
 * one request of each process to bear. Whether there is room to write is not known before something is written.
 */
export class StoreReach {
  private known: { at: number; said: string } | undefined;
  private asking: Promise<string> | undefined;

  constructor(
    private readonly store: Pick<ArtifactStore, 'exists'>,
    private readonly limits: { everyMs: number; answerMs: number } = {
      everyMs: EVERY_MS,
      answerMs: ANSWER_MS,
    },
  ) {}

  /** `ok`, or in one sentence why not; as it was up to 10 s ago, within 2 s. Never rejects. */
  async describe(): Promise<string> {
    const { everyMs, answerMs } = this.limits;
    if (this.known && Date.now() < this.known.at + everyMs) return this.known.said;
    const asked = (this.asking ??= this.ask());
    const late = new AbortController();
    const said = await Promise.race([asked, after(answerMs, late.signal)]);
    late.abort();
    this.known = { at: Date.now(), said };
    return said;
  }

  private async ask(): Promise<string> {
    try {
      await this.store.exists(KEY);
      return 'ok';
    } catch (error) {
      const reason = error instanceof ArtifactStoreUnavailable ? error.message : 'it failed';
      return `Photos cannot be stored or read: ${reason}.`;
    } finally {
      this.asking = undefined;
    }
  }
}

function after(ms: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(`Photos cannot be stored or read: the artifact store has not answered within ${ms / 1000} s.`);
    }, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
