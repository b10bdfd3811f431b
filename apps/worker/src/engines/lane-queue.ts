/** How many tasks one engine may have in hand. */
export interface LaneLimits {
  running: number;
  ahead: number;
}

/** What an engine's own queue is like, beside our lanes. */
export interface EngineBusyness {
  /** Prompts of others that run or wait there. */
  others: number;
  /** One task at a time decides whether it is well. */
  isOnTrial: boolean;
}

/** A place in one engine. */
export class QueuedLane {
  /** Resolves when its turn has come; never settles where it is left before. */
  readonly turn: Promise<void>;
  private resolveTurn: () => void = () => undefined;
  private begun = false;

  constructor(
    /** It was behind another when it was taken. */
    readonly isAhead: boolean,
    private readonly queue: LaneQueue,
  ) {
    this.turn = new Promise((resolve) => (this.resolveTurn = resolve));
    if (!isAhead) this.begin();
  }

  get hasBegun(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
    this.resolveTurn();
  }

  /** The engine runs its prompt: the turn has come, whatever was thought. */
  started(): void {
    if (!this.queue.has(this)) return;
    this.begin();
    this.queue.hasStarted(this);
  }

  leave(): void {
    this.queue.remove(this);
  }
}

/**
 * Our lanes in one engine, in the order of their prompts there. The turn of a lane that was taken ahead comes when so
 * few before it are left that it may run, unless prompts of others are (perhaps) before it: then only the engine
 * itself knows, and says so when it starts the prompt.
 */
export class LaneQueue {
  private readonly lanes: QueuedLane[] = [];
  private readonly startedLanes = new WeakSet<QueuedLane>();
  private total = 0;

  constructor(
    private readonly limits: LaneLimits,
    private readonly busyness: () => EngineBusyness,
    private readonly onChange: () => void,
  ) {}

  get count(): number {
    return this.lanes.length;
  }

  /** All that were ever taken. */
  get takenTotal(): number {
    return this.total;
  }

  /** Whether the engine is known to run one of our prompts. */
  get isStarted(): boolean {
    return this.lanes.some((lane) => this.startedLanes.has(lane));
  }

  /** How many tasks this engine may have in hand now, those that it has included. */
  get room(): LaneLimits {
    const { others, isOnTrial } = this.busyness();
    const limits = isOnTrial ? { running: 1, ahead: 0 } : this.limits;
    if (others === 0) return { running: Math.max(limits.running, this.begun), ahead: limits.ahead };
    // Behind the prompts of others, so that they and we get our turns by the engine's own queue.
    return { running: this.begun, ahead: this.begun === 0 ? 1 : limits.ahead };
  }

  /** The same for a task that may get none. */
  get roomOfBegun(): LaneLimits {
    return { running: this.begun, ahead: 0 };
  }

  /** Which kind of place is free; null where none is. */
  get free(): 'running' | 'ahead' | null {
    const { running, ahead } = this.room;
    const waiting = this.lanes.length - this.begun;
    if (waiting === 0 && this.begun < running) return 'running';
    return waiting < ahead ? 'ahead' : null;
  }

  has(lane: QueuedLane): boolean {
    return this.lanes.includes(lane);
  }

  /** @throws Error where no place is free. */
  take(): QueuedLane {
    const free = this.free;
    if (free === null) throw new Error('The engine has no free place.');
    const lane = new QueuedLane(free === 'ahead', this);
    this.lanes.push(lane);
    this.total += 1;
    this.onChange();
    return lane;
  }

  remove(lane: QueuedLane): void {
    const index = this.lanes.indexOf(lane);
    if (index < 0) return;
    this.lanes.splice(index, 1);
    this.giveTurns();
    this.onChange();
  }

  hasStarted(lane: QueuedLane): void {
    this.startedLanes.add(lane);
    this.onChange();
  }

  /** Call it whenever the engine's busyness has changed. */
  giveTurns(): void {
    if (this.busyness().others > 0) return;
    for (const lane of this.lanes) {
      if (lane.hasBegun) continue;
      if (this.begun >= this.limits.running) return;
      lane.begin();
    }
  }

  private get begun(): number {
    return this.lanes.filter((lane) => lane.hasBegun).length;
  }
}
