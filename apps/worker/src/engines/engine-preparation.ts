import type { Logger } from '@app/runtime';
import type { TaskType } from '@app/workflow-catalog';
import { capabilitiesOf, NO_CAPABILITIES } from './engine-capabilities.js';
import { warmUp } from './engine-warm-up.js';
import type { Engine } from './engine.js';
import { modelOf } from './smallest-prompt.js';

/** See `EnginePreparation`. */
export interface PreparationOptions {
  engine: Engine;
  logger: Logger;
  /** The task types that this worker takes. */
  types: () => TaskType[];
  /** Whether models are loaded before the first task. */
  warmsUp: boolean;
  /** Looks at the engine once more. */
  look: () => Promise<void>;
}

/** A model may be installed meanwhile, or a node. */
const CHECK_EVERY_MS = 60_000;

/** What is done with an engine that has (re)appeared before it gets tasks: a check of what it can run, and a warm-up. */
export class EnginePreparation {
  private capabilities = NO_CAPABILITIES;
  private checked: readonly TaskType[] = [];
  private checkedAtMs = Number.NEGATIVE_INFINITY;
  private isWarm = false;
  /** The engine forgets it with a restart. */
  private warmUpId: string | null = null;

  constructor(private readonly options: PreparationOptions) {}

  /**
   * Call it after every good look, once at a time.
   * @param mayBeNew it was away, or its socket was: another process may answer there now.
   * Rejects where the engine does not answer; it is not ready then.
   */
  async run(mayBeNew: boolean, signal: AbortSignal): Promise<void> {
    if (mayBeNew) await this.beginAnew(signal);
    if (this.isCheckDue) await this.check(signal);
    else if (this.isWarm) return;
    if (!this.isWarm && !(await this.warm(signal))) return;
    this.options.engine.isReady(this.capabilities);
  }

  private async beginAnew(signal: AbortSignal): Promise<void> {
    const { engine, warmsUp } = this.options;
    this.checkedAtMs = Number.NEGATIVE_INFINITY;
    if (this.warmUpId !== null && (await engine.client.history(this.warmUpId, signal)) !== null) return;
    this.isWarm = !warmsUp;
    this.warmUpId = null;
    engine.isCold();
    // Without a warm-up it goes on meanwhile with what it was found to have before.
    if (warmsUp) engine.isPreparing('is being looked at');
  }

  private get isCheckDue(): boolean {
    const types = this.options.types();
    const isSame = types.length === this.checked.length && types.every((type) => this.checked.includes(type));
    return !isSame || performance.now() - this.checkedAtMs >= CHECK_EVERY_MS;
  }

  private async check(signal: AbortSignal): Promise<void> {
    const types = this.options.types();
    this.capabilities = await capabilitiesOf(this.options.engine.client, types, signal);
    this.checked = types;
    this.checkedAtMs = performance.now();
  }

  /** False where it has to wait for GPU memory. */
  private async warm(signal: AbortSignal): Promise<boolean> {
    const { engine, logger, look } = this.options;
    const { nodes, lacks } = this.capabilities;
    const able = this.checked.filter((type) => modelOf(type) !== null && !lacks.has(type.view.type));
    if (able.length > 0 && !engine.memory.open) {
      engine.isPreparing('warms up once there is GPU memory');
      return false;
    }
    this.isWarm = true;
    if (able.length === 0) return true;
    engine.isPreparing('warms up');
    const startedAtMs = performance.now();
    const { promptId, taskType, problem } = await warmUp(engine.client, able, nodes, signal);
    this.warmUpId = promptId;
    engine.warmedUp(taskType, problem);
    const details = { engine: engine.address, tookMs: Math.round(performance.now() - startedAtMs) };
    if (problem === null && promptId === null) logger.info(details, 'an engine is in use and stays cold');
    else if (problem === null) logger.info(details, 'an engine is warm');
    else logger.warn({ ...details, reason: problem }, 'an engine could not be warmed up');
    // What it said before had the warm-up's own prompt in it.
    await look();
    return true;
  }
}
