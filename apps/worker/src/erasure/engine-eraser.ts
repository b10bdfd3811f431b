import { eraseLeft, type ComfyClient, type LeftInEngine } from '@app/comfyui';
import type { EngineTrace, TaskLedger } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engines } from '../engines/engines.js';
import { EngineTraces } from '../tasks/engine-traces.js';
import { leftInEngine } from '../tasks/task-in-engine.js';
import { TaskLedgers } from '../tasks/task-ledgers.js';
import { LOGGER } from '../tokens.js';

/** What is known of a task; none of it where it was erased before, or never begun. */
interface Known {
  ledger: TaskLedger | undefined;
  trace: EngineTrace | undefined;
}

/** Longer than a cancelled run takes to end, here or at another worker. */
const ENDING_MS = 15_000;
const LOOK_AGAIN_MS = 250;
/** For one engine; each call has its own limit as well. */
const ENGINE_LIMIT_MS = 60_000;

/** Erases what a task has left in the engines of this worker: its photo, its results, its prompts. */
@Injectable()
export class EngineEraser {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly engines: Engines,
    private readonly traces: EngineTraces,
    private readonly ledgers: TaskLedgers,
  ) {}

  /**
   * Gives each engine of this worker that the task has been near, and whether nothing of it is there any more; engines
   * of other workers are theirs. Where nobody knows which engines those were, it looks into all of this worker. A task
   * that may be running is left alone, unless it is marked as cancelled: then its end is waited for.
   */
  async erase(taskId: string, stopped: AbortSignal): Promise<{ engine: string; ok: boolean }[]> {
    const hasEnded = await this.untilEnded(taskId, stopped);
    const known: Known = { ledger: await this.ledgers.read(taskId), trace: await this.traces.read(taskId) };
    return Promise.all(
      this.enginesNear(known).map(async (client) => ({
        engine: client.address,
        ok: hasEnded && (await this.eraseIn(client, taskId, leftIn(client.address, taskId, known), stopped)),
      })),
    );
  }

  private enginesNear({ ledger, trace }: Known): readonly ComfyClient[] {
    const addresses = (trace?.engines ?? []).map(({ engine }) => engine);
    if (ledger?.prompt) addresses.push(ledger.prompt.engine);
    const clients = this.engines.all.map(({ client }) => client);
    return addresses.length === 0 ? clients : clients.filter(({ address }) => addresses.includes(address));
  }

  private async eraseIn(
    client: ComfyClient,
    taskId: string,
    left: LeftInEngine,
    stopped: AbortSignal,
  ): Promise<boolean> {
    const engine = client.address;
    try {
      await eraseLeft(client, left, AbortSignal.any([stopped, AbortSignal.timeout(ENGINE_LIMIT_MS)]));
      this.logger.info({ taskId, engine }, 'erased what a task had left in an engine');
      return true;
    } catch (error) {
      this.logger.warn({ taskId, engine, err: error }, 'an engine still has something of an erased task');
      return false;
    }
  }

  /** False for a task that somebody may be running and nobody has cancelled. */
  private async untilEnded(taskId: string, stopped: AbortSignal): Promise<boolean> {
    const deadline = Date.now() + ENDING_MS;
    while (isRunning(await this.ledgers.read(taskId))) {
      // What was asked for is only a hint, which anybody who may publish can give.
      if (!(await this.ledgers.cancellation(taskId))) {
        this.logger.warn({ taskId }, 'not erased: the task may be running and is not cancelled');
        return false;
      }
      // Its worker is dead then; what it left in an engine is stopped there.
      if (Date.now() > deadline) return true;
      await sleep(LOOK_AGAIN_MS, undefined, { signal: stopped });
    }
    return true;
  }
}

function isRunning(ledger: TaskLedger | undefined): boolean {
  return ledger !== undefined && ledger.run > ledger.settledRun && ledger.holder !== null;
}

function leftIn(engine: string, taskId: string, { ledger, trace }: Known): LeftInEngine {
  const traced = trace?.engines.find((each) => each.engine === engine) ?? { prompts: [], files: [] };
  const last = ledger?.prompt?.engine === engine ? [ledger.prompt.id] : [];
  const promptIds = [...new Set([...traced.prompts, ...last])];
  return leftInEngine(taskId, ledger?.run ?? 1, { promptIds, files: traced.files });
}
