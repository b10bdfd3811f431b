import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';
import { chooseEngine, type LaneRequest } from './engine-choice.js';
import type { Engine } from './engine.js';
import { Engines } from './engines.js';
import type { LaneLimits } from './lane-queue.js';
import { NoEngineAnswers } from './no-engine.errors.js';

export type { LaneRequest } from './engine-choice.js';

/** A place in an engine for one task, from before its photo goes there until its prompt has left. */
export interface Lane {
  readonly engine: Engine;
  /** It was behind another task, or behind prompts of others, when it was taken. */
  readonly isAhead: boolean;
  /** Resolves when its turn has come: nothing that we know of is before it. Never settles where it is left before. */
  readonly turn: Promise<void>;
  /** The engine runs its prompt: the turn has come, whatever was thought. */
  started(): void;
  /** The engine is done with its prompt, or never gets one; idempotent. */
  leave(): void;
}

interface Waiter {
  request: LaneRequest;
  serve: (lane: Lane) => void;
}

/** Gives tasks their places in the engines. */
@Injectable()
export class EngineLanes {
  private readonly waiting = new Set<Waiter>();
  private isServing = false;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly engines: Engines,
  ) {
    engines.onChange(() => this.serve());
  }

  /** Tasks that may be in hand now, over all engines. */
  get room(): LaneLimits {
    const rooms = this.engines.all.map(({ room }) => room);
    return {
      running: rooms.reduce((sum, { running }) => sum + running, 0),
      ahead: rooms.reduce((sum, { ahead }) => sum + ahead, 0),
    };
  }

  /** Whether there is an engine for tasks of this type; one that has missed a look still counts. */
  accepts(taskType: string): boolean {
    return this.engines.all.some((engine) => engine.isWell && engine.memory.open && engine.can(taskType));
  }

  /**
   * A place for a task, the best there is (`chooseEngine`). Waits while there is none, first come, first served.
   * @param giveUpAt epoch milliseconds; the broker takes a message back that is held for too long.
   * @throws NoEngineAnswers at `giveUpAt`; the signal's reason when aborted.
   */
  take(request: LaneRequest, signal: AbortSignal, giveUpAt: number): Promise<Lane> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const since = Date.now();
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.waiting.delete(waiter);
      };
      const onAbort = (): void => {
        end();
        this.hurry();
        reject(signal.reason as Error);
      };
      const onTooLate = (): void => {
        end();
        this.hurry();
        reject(new NoEngineAnswers(Date.now() - since, this.engines.whyNone));
      };
      const waiter: Waiter = {
        request,
        serve: (lane) => {
          end();
          resolve(lane);
        },
      };
      const timer = setTimeout(onTooLate, Math.max(0, giveUpAt - since));
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.add(waiter);
      this.serve();
      if (this.waiting.has(waiter)) this.tellWait(request);
    });
  }

  private tellWait({ taskType }: LaneRequest): void {
    this.logger.info({ taskType, reason: this.engines.whyNone }, 'a task waits for a place in an engine');
  }

  private serve(): void {
    // Taking a lane changes its engine, which leads back here.
    if (this.isServing) return;
    this.isServing = true;
    try {
      for (const waiter of this.waiting) {
        const lane = this.takeNow(waiter.request);
        if (lane) waiter.serve(lane);
      }
    } finally {
      this.isServing = false;
    }
    this.hurry();
  }

  private takeNow(request: LaneRequest): Lane | undefined {
    const model = this.engines.modelOf(request.taskType);
    const engine = chooseEngine(this.engines.all, request, model);
    if (!engine) return undefined;
    this.engines.makeRoomFor(engine, request.taskType);
    return laneIn(engine);
  }

  /** Engines that are out are looked at more often while a task waits for them. */
  private hurry(): void {
    const isAnyIn = this.engines.all.some((engine) => engine.isInRotation);
    this.engines.hurry(this.waiting.size > 0 && !isAnyIn);
  }
}

function laneIn(engine: Engine): Lane {
  const place = engine.lanes.take();
  return {
    engine,
    isAhead: place.isAhead,
    turn: place.turn,
    started: () => place.started(),
    leave: () => place.leave(),
  };
}
