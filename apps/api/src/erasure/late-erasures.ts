import { cancelMarkKey, type EngineErased } from '@app/contracts';
import type { StateEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { CancelMarks } from './cancel-marks.js';
import { EngineCopies } from './engine-copies.js';
import { ErasedFiles } from './erased-files.js';
import { ErasuresStore } from './erasures.store.js';

/** A worker tells before it settles the message: so long after, it has. */
const LETTING_GO_MS = 10_000;

/** What workers tell of tasks that have been erased meanwhile. */
@Injectable()
export class LateErasures implements BeforeApplicationShutdown {
  private readonly lettingGo = new Set<NodeJS.Timeout>();

  constructor(
    private readonly erasures: ErasuresStore,
    private readonly files: ErasedFiles,
    private readonly marks: CancelMarks,
    private readonly engines: EngineCopies,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  beforeApplicationShutdown(): void {
    for (const timer of this.lettingGo) clearTimeout(timer);
  }

  /** Stops whoever goes on with an erased task, and removes what it has made of it. */
  async heard(event: StateEvent): Promise<void> {
    const { taskId, kind } = event;
    if ((await this.erasures.find(taskId)) === undefined) return;
    if (kind === 'started' || kind === 'requeued' || kind === 'retrying' || kind === 'redriven') {
      await this.marks.put([taskId]);
      this.marks.stop([taskId]);
      return;
    }
    if (kind === 'succeeded' && event.result.key.startsWith(`results/${taskId}.`)) {
      await this.files.remove([event.result.key, `results/${taskId}.json`]);
    }
    this.letGo(taskId);
  }

  async answered(event: EngineErased): Promise<void> {
    // Only of what was erased here: anybody may publish an answer.
    if ((await this.erasures.find(event.taskId)) === undefined) return;
    if (await this.engines.heard(event)) this.logger.info({ taskId: event.taskId }, 'engines hold no copies');
  }

  /** The worker has ended with the task, so that the mark has done its work. */
  private letGo(taskId: string): void {
    const timer = setTimeout(() => {
      this.lettingGo.delete(timer);
      this.files.remove([cancelMarkKey(taskId)]).catch((error: unknown) => {
        this.logger.warn({ err: error, taskId }, 'a mark of an erased task is left to a later round');
      });
    }, LETTING_GO_MS).unref();
    this.lettingGo.add(timer);
  }
}
