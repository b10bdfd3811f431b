import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import { engineTraceKey, engineTraceSchema, type EngineErased } from '@app/contracts';
import { TaskControlPublisher } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { LOGGER } from '../logger.token.js';

/** Tasks whose engines have answered in part; what is forgotten is asked once more. */
const REMEMBERED = 10_000;

/** Has the workers erase what a task has left in engines. Its trace says which engines these are, and goes last. */
@Injectable()
export class EngineCopies {
  private readonly answered = new LRUCache<string, Set<string>>({ max: REMEMBERED });

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly control: TaskControlPublisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Asks for the copies of a task; true where there are none. */
  async ask(taskId: string): Promise<boolean> {
    if (!(await this.artifacts.exists(engineTraceKey(taskId)))) return true;
    this.control.erase(taskId);
    return false;
  }

  /** Takes a worker's answer to the question; true once every engine has given one. */
  async heard({ taskId, engine, ok, worker }: EngineErased): Promise<boolean> {
    if (!ok) {
      this.logger.warn({ taskId, engine, worker }, 'an engine keeps copies of an erased task; asking again');
      return false;
    }
    const answered = this.answered.get(taskId) ?? new Set();
    this.answered.set(taskId, answered.add(engine));
    const engines = await this.enginesOf(taskId);
    if (engines === undefined || !engines.every((each) => answered.has(each))) return false;
    await this.artifacts.delete(engineTraceKey(taskId));
    this.answered.delete(taskId);
    return true;
  }

  /** None where there is no trace; undefined for one that cannot be understood, which a newer worker wrote. */
  private async enginesOf(taskId: string): Promise<string[] | undefined> {
    try {
      const text = (await this.artifacts.read(engineTraceKey(taskId))).toString('utf8');
      return engineTraceSchema.parse(JSON.parse(text)).engines.map(({ engine }) => engine);
    } catch (error) {
      if (error instanceof ArtifactNotFound) return [];
      this.logger.error({ err: error, taskId }, 'the trace of an erased task cannot be read');
      return undefined;
    }
  }
}
