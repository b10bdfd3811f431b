import type { ComfyClient } from '@app/comfyui';

/** The queue is looked into only where nothing has moved in it for so long. */
const SUSPICIOUS_MS = 4_000;
const SICK_MS = 10_000;
/** GET /queue carries whole graphs, so a long prompt of somebody else is not asked for with every look. */
const ASK_AGAIN_MS = 10_000;

/** What a look found in the engine's queue. */
export interface QueueSight {
  remaining: number;
  /** The engine is known to run one of our prompts. */
  isOursRunning: boolean;
}

/**
 * Finds an engine whose queue stands still: prompts wait, and none runs. ComfyUI's queue thread can die while its HTTP
 * side stays healthy (v0.27.1: two waiting prompts with the same number and id); then only a restart helps.
 */
export class StandingQueue {
  private remaining = 0;
  private unchangedSinceMs: number;
  private standsSinceMs: number | null = null;
  private nextQuestionMs = 0;
  private hasStoodLong = false;

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.unchangedSinceMs = nowMs();
  }

  /** Whether it has stood still for 10 s, as of the last look. */
  get isSick(): boolean {
    return this.hasStoodLong;
  }

  /** Call it with every look. Rejects as `ComfyClient.queue` does. */
  async look(client: Pick<ComfyClient, 'queue'>, sight: QueueSight, signal: AbortSignal): Promise<void> {
    await this.find(client, sight, signal);
    this.hasStoodLong = this.standsSinceMs !== null && this.nowMs() - this.standsSinceMs >= SICK_MS;
  }

  private async find(
    client: Pick<ComfyClient, 'queue'>,
    sight: QueueSight,
    signal: AbortSignal,
  ): Promise<void> {
    const now = this.nowMs();
    if (sight.remaining !== this.remaining || sight.remaining === 0 || sight.isOursRunning) {
      this.remaining = sight.remaining;
      this.unchangedSinceMs = now;
      this.standsSinceMs = null;
      this.nextQuestionMs = 0;
    }
    if (now - this.unchangedSinceMs < SUSPICIOUS_MS || now < this.nextQuestionMs) return;
    const { queue_running, queue_pending } = await client.queue(signal);
    if (queue_running.length === 0 && queue_pending.length > 0) {
      this.standsSinceMs ??= now;
    } else {
      this.standsSinceMs = null;
      this.nextQuestionMs = now + ASK_AGAIN_MS;
    }
  }
}
