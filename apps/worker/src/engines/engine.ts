import type { ComfyClient } from '@app/comfyui';
import type { EngineRef, WorkerStatus } from '@app/contracts';
import { MemoryGate, type MemoryVerdict } from '@app/gpu-monitor';
import type { CircuitState } from './circuit.js';
import { NO_CAPABILITIES, type Capabilities } from './engine-capabilities.js';
import { EngineHealth } from './engine-health.js';
import type { EngineLook } from './engine-look.js';
import { LaneQueue, type LaneLimits } from './lane-queue.js';

/** What ran in an engine last, whose model it therefore has at hand. */
export interface LoadedModel {
  taskType: string;
  /** Null for a type that needs none. */
  model: string | null;
}

/** See `Engine`. */
export interface EngineOptions {
  client: ComfyClient;
  lanes: LaneLimits;
  memoryThresholdPercent: number;
  /** The model that a task type needs, see `modelOf`. */
  modelOf: (taskType: string) => string | null;
  /** Called after each change that may matter to somebody. */
  onChange: () => void;
  nowMs?: () => number;
}

const UNKNOWN_MEMORY: MemoryVerdict = { open: true, usedPercent: null, reason: null, freeFirst: false };
const UNKNOWN_REF: EngineRef = { name: 'comfyui', version: 'unknown' };

/** One ComfyUI of `COMFYUI_URLS`: what is known of it, and whether it gets tasks. It asks nobody itself. */
export class Engine {
  readonly client: ComfyClient;
  /** Our tasks in it. */
  readonly lanes: LaneQueue;
  private readonly health: EngineHealth;
  private readonly memoryGate: MemoryGate;
  private look: EngineLook | null = null;
  private othersPrompts = 0;
  private verdict = UNKNOWN_MEMORY;
  private capabilities = NO_CAPABILITIES;
  private preparation: string | null = 'is being looked at';
  private isBack = true;
  private warmUpProblem: string | null = null;
  private last: LoadedModel | null = null;
  private lastSuccessAtMs: number | null = null;

  constructor(private readonly options: EngineOptions) {
    this.client = options.client;
    this.health = new EngineHealth(options.nowMs);
    this.memoryGate = new MemoryGate({
      thresholdPercent: options.memoryThresholdPercent,
      ...(options.nowMs && { now: options.nowMs }),
    });
    const busyness = () => ({ others: this.others, isOnTrial: this.circuitState === 'half_open' });
    this.lanes = new LaneQueue(options.lanes, busyness, options.onChange);
  }

  /** How it is called everywhere; without the credentials that its URL may carry. */
  get address(): string {
    return this.client.address;
  }

  /** Who answers there, as of the last look: a task need not ask. */
  get ref(): EngineRef {
    return this.look?.ref ?? UNKNOWN_REF;
  }

  /** What it says of the nodes that our tasks need, for `TaskType.fill`. */
  get nodes(): Capabilities['nodes'] {
    return this.capabilities.nodes;
  }

  /** The GPU that it works on; null where it has none, undefined while it has not told. */
  get gpu(): string | null | undefined {
    const device = this.look?.device;
    return device ? (device.isGpu ? device.name : null) : undefined;
  }

  /** Whether it answered when it was asked last. */
  get isReachable(): boolean {
    return this.health.isReachable;
  }

  /** Whether it has answered ever. */
  get wasReached(): boolean {
    return this.look !== null;
  }

  get circuitState(): CircuitState {
    return this.health.circuitState;
  }

  /** For `EngineWatch`, which keeps it. */
  get standing(): EngineHealth['standing'] {
    return this.health.standing;
  }

  /** Prompts of others that run or wait in it, as far as is known. */
  get others(): number {
    return this.othersPrompts;
  }

  /** Nothing runs or waits in it, nor is about to. */
  get isIdle(): boolean {
    return this.look?.remaining === 0 && this.lanes.count === 0;
  }

  get memory(): MemoryVerdict {
    return this.verdict;
  }

  /** When a task ended well there last; null where none has. */
  get succeededAtMs(): number | null {
    return this.lastSuccessAtMs;
  }

  get loaded(): LoadedModel | null {
    return this.last;
  }

  /** Whether tasks may be given to it, free places or not. */
  get isInRotation(): boolean {
    return this.isReachable && this.isBack && this.isWell && this.verdict.open;
  }

  /** In rotation, or only silent at one look, or waiting for memory: nothing that says it is out. */
  get isWell(): boolean {
    const { taskTypes, lacks } = this.capabilities;
    const lacksAll = lacks.size > 0 && lacks.size === taskTypes.size;
    return this.wasReached && this.preparation === null && !this.health.isSick && !lacksAll;
  }

  /** Whether it has all that tasks of this type need. One that was never asked is believed to have it. */
  can(taskType: string): boolean {
    const { taskTypes, lacks } = this.capabilities;
    return !lacks.has(taskType) && (taskTypes.size === 0 || taskTypes.has(taskType));
  }

  /** How many of our tasks may be there now. */
  get room(): LaneLimits {
    return this.isInRotation ? this.lanes.room : this.lanes.roomOfBegun;
  }

  /** Why it gets no task, or not every type, as a phrase each; empty while all is well. */
  get problems(): string[] {
    return [
      ...this.health.problems,
      this.isReachable ? this.preparation : null,
      ...this.capabilities.lacks.values(),
      this.warmUpProblem,
      this.verdict.reason,
    ].filter((problem) => problem !== null);
  }

  /** What the API tells of it. */
  get view(): WorkerStatus['engines'][number] {
    const { device = null, gpu = null } = this.look ?? {};
    return {
      address: this.address,
      reachable: this.isReachable,
      device: device?.name ?? null,
      memoryTotal: device?.memoryTotal ?? null,
      memoryFree: device?.memoryFree ?? null,
      utilization: gpu?.utilization ?? null,
      memoryUsedPercent: this.verdict.usedPercent,
      circuit: this.circuitState,
      queueStands: this.health.queueStands,
      problems: this.problems.slice(0, 20).map((problem) => problem.slice(0, 300)),
      loaded: this.last?.taskType ?? null,
    };
  }

  /** A task of this type has ended well there. */
  succeeded(taskType: string): void {
    this.lastSuccessAtMs = Date.now();
    this.health.succeeded();
    this.warmUpProblem = null;
    this.ran(taskType);
  }

  /** A run there has failed with this, which may be the engine's fault or not. */
  failed(error: unknown): void {
    this.health.failed(error);
    this.options.onChange();
  }

  /** It has answered. @param others prompts there that are not ours. */
  answered(look: EngineLook, others: number): void {
    this.look = look;
    this.health.answered();
    this.verdict = this.memoryGate.judge(look.gpu, this.isIdle);
    this.heard(look.remaining, others);
  }

  /** Its socket has told how many prompts it has. */
  heard(remaining: number, others: number): void {
    if (this.look) this.look = { ...this.look, remaining };
    this.othersPrompts = others;
    this.lanes.giveTurns();
    this.options.onChange();
  }

  /** It has not answered, or not as a ComfyUI does. */
  wasSilent(error: unknown): void {
    this.health.wasSilent(error);
    this.options.onChange();
  }

  /** It answers again and may be another process by now: nothing is given to it until that is known. */
  isReturning(): void {
    this.isBack = false;
  }

  /** What it was given before it may be given again, as far as it `isWell`. */
  hasReturned(): void {
    if (this.isBack) return;
    this.isBack = true;
    this.options.onChange();
  }

  /** It is another process, or new: nothing is given to it until `isReady`. */
  isPreparing(what: string): void {
    this.preparation = what;
    this.options.onChange();
  }

  /** It is (still) ready for the tasks that it can run. */
  isReady(capabilities: Capabilities): void {
    this.capabilities = capabilities;
    this.preparation = null;
    this.options.onChange();
  }

  /** What became of its warm-up: what ran last in it, and what went wrong; null each where there is no such thing. */
  warmedUp(taskType: string | null, problem: string | null): void {
    this.warmUpProblem = problem;
    if (taskType === null) return;
    if (problem === null) this.health.succeeded();
    this.ran(taskType);
  }

  /** It was asked to free what it keeps. */
  wasFreed(): void {
    this.memoryGate.freeAsked();
    this.isCold();
  }

  /** It has no model loaded any more. */
  isCold(): void {
    this.last = null;
  }

  private ran(taskType: string): void {
    this.last = { taskType, model: this.options.modelOf(taskType) };
    this.options.onChange();
  }
}
