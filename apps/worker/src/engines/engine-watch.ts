import type { SocketMessage } from '@app/comfyui';
import type { NvidiaCard } from '@app/gpu-monitor';
import type { Logger } from '@app/runtime';
import type { TaskType } from '@app/workflow-catalog';
import { setTimeout as sleep } from 'node:timers/promises';
import { lookAt } from './engine-look.js';
import { EnginePreparation } from './engine-preparation.js';
import type { Engine } from './engine.js';

/** See `EngineWatch`. */
export interface EngineWatchOptions {
  engine: Engine;
  logger: Logger;
  types: () => TaskType[];
  warmsUp: boolean;
  /** What `nvidia-smi` says of the engine's machine; null where it is not to be asked. */
  cards: () => Promise<readonly NvidiaCard[] | null>;
  /** Asks the engine to free what it keeps. Never rejects. */
  free: () => Promise<void>;
}

const LOOK_EVERY_MS = 2_000;
/** While a task waits and no engine is to be had. */
const HURRIED_MS = 250;

/**
 * Keeps an `Engine` up to date, also while tasks run, so that it is right at the moment when the next one is due. Its
 * looks are the truth; between two of them the engine's socket tells of every change in its queue.
 */
export class EngineWatch {
  private readonly preparation: EnginePreparation;
  private preparing: Promise<void> | undefined;
  private wake = new AbortController();
  private pauseMs = LOOK_EVERY_MS;
  private wasAway = true;
  private socketId = '';
  private told = '';
  private stopped = new AbortController().signal;

  constructor(private readonly options: EngineWatchOptions) {
    const { engine, logger, types, warmsUp } = options;
    const look = () => this.look(this.stopped);
    this.preparation = new EnginePreparation({ engine, logger, types, warmsUp, look });
  }

  /** Looks again and again. Resolves some time after the signal. */
  async run(stopped: AbortSignal): Promise<void> {
    this.stopped = stopped;
    const { client } = this.options.engine;
    const stopListening = client.listen((message) => this.hear(message));
    while (!stopped.aborted) {
      await this.look(stopped);
      this.prepare(stopped);
      await this.freeIdle();
      this.tell();
      await this.pause(stopped);
    }
    stopListening();
    await this.preparing;
  }

  /** Looks more often, beginning now, until it is called with false. */
  hurry(isHurried: boolean): void {
    const pauseMs = isHurried ? HURRIED_MS : LOOK_EVERY_MS;
    if (pauseMs === this.pauseMs) return;
    this.pauseMs = pauseMs;
    if (isHurried) this.wake.abort();
  }

  private async look(stopped: AbortSignal): Promise<void> {
    const { engine, cards } = this.options;
    const { client, lanes, standing } = engine;
    const [inHand, takenBefore] = [lanes.count, lanes.takenTotal];
    try {
      const look = await lookAt(client, stopped, cards);
      const isOursRunning = lanes.isStarted;
      await standing.look(client, { remaining: look.remaining, isOursRunning }, stopped);
      // A lane that has left since may still have been in what the engine said.
      const ours = inHand + lanes.takenTotal - takenBefore;
      if (this.mayBeNew) engine.isReturning();
      engine.answered(look, Math.max(0, look.remaining - ours));
    } catch (error) {
      // One that was not given its time has not failed to answer.
      if (stopped.aborted) return;
      this.wasAway = true;
      engine.wasSilent(error);
    }
  }

  private prepare(stopped: AbortSignal): void {
    const { engine, logger } = this.options;
    if (this.preparing || stopped.aborted || !engine.isReachable) return;
    const { mayBeNew } = this;
    this.wasAway = false;
    this.socketId = engine.client.clientId;
    this.preparing = this.preparation
      .run(mayBeNew, stopped)
      .then(() => engine.hasReturned())
      .catch((error: unknown) => {
        this.wasAway = true;
        if (stopped.aborted) return;
        logger.warn({ engine: engine.address, err: error }, 'an engine could not be asked what it can run');
      })
      .finally(() => {
        this.preparing = undefined;
        this.tell();
      });
  }

  /** Another process may answer there than before. */
  private get mayBeNew(): boolean {
    const { isConnected, clientId } = this.options.engine.client;
    return this.wasAway || (isConnected && clientId !== this.socketId);
  }

  private hear(message: SocketMessage): void {
    const { engine } = this.options;
    if (message.kind !== 'event' || message.event.type !== 'status' || !engine.isReachable) return;
    // Only the envelope of a frame has been checked.
    const { status } = message.event.data as { status?: { exec_info?: { queue_remaining?: unknown } } };
    const remaining = status?.exec_info?.queue_remaining;
    if (typeof remaining === 'number') engine.heard(remaining, Math.max(0, remaining - engine.lanes.count));
  }

  private async freeIdle(): Promise<void> {
    const { open, freeFirst } = this.options.engine.memory;
    if (!open && freeFirst) await this.options.free();
  }

  private tell(): void {
    const { engine, logger } = this.options;
    if (this.preparing) return;
    const { problems, address } = engine;
    // Percentages change all the time.
    const said = problems.join('; ').replaceAll(/\d+/g, '#');
    if (said === this.told) return;
    this.told = said;
    if (problems.length === 0) logger.info({ engine: address }, 'an engine is well');
    else logger.warn({ engine: address, problems }, 'an engine has problems');
  }

  private async pause(stopped: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopped, this.wake.signal]);
    await sleep(this.pauseMs, undefined, { signal }).catch(() => undefined);
    if (this.wake.signal.aborted) this.wake = new AbortController();
  }
}
