import type { TaskNotice } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { fromCorrelationId, type EntryName } from '../entries/correlation.js';
import type { BridgeEnv } from '../env.js';
import { BridgeMetrics } from '../metrics/bridge-metrics.js';
import { BRIDGE_ENV, LOGGER } from '../tokens.js';
import { failureOf, outcomeMark, resultFields, taskFields } from './answer-fields.js';
import { OutcomesStore } from './outcomes.store.js';
import { OutputFolder } from './output-folder.js';
import { fetchResult, ResultLost } from './result-picture.js';

const ENDINGS = {
  'task.succeeded': 'succeeded',
  'task.failed': 'failed',
  'task.cancelled': 'cancelled',
  'task.expired': 'expired',
  'task.refused': 'refused',
} as const;

/** Tells in Redis, and in the folder of results, what became of the tasks that came from there. */
@Injectable()
export class AnswerTeller {
  private readonly output: OutputFolder | null;

  constructor(
    @Inject(BRIDGE_ENV) private readonly env: BridgeEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly outcomes: OutcomesStore,
    private readonly metrics: BridgeMetrics,
  ) {
    this.output = env.outputDir === null ? null : new OutputFolder(env.outputDir);
  }

  /** Resolves once the outcome is told; rejects where another try is needed. May be called for the same answer again. */
  async tell(notice: TaskNotice, correlationId: string): Promise<void> {
    const ending = Object.entries(ENDINGS).find(([type]) => type === notice.type)?.[1];
    // What goes on is for those who watch; a stream of outcomes has the end only.
    if (ending === undefined) return;
    const entry = fromCorrelationId(correlationId);
    if (!entry) {
      this.logger.warn({ correlationId, type: notice.type }, 'an answer belongs to no entry');
      return;
    }
    const mark = outcomeMark(entry, notice);
    const isNew =
      notice.type === 'task.succeeded'
        ? await this.tellResult(mark, entry, notice)
        : await this.outcomes.tellFailure(mark, failureOf(entry, notice), taskFields(notice));
    if (isNew) {
      this.metrics.answer(ending);
      this.logger.info({ entryId: entry.entryId, taskId: notice.data.id, ending }, 'told the end of a task');
    }
  }

  private async tellResult(mark: string, entry: EntryName, notice: TaskNotice): Promise<boolean> {
    if (await this.outcomes.wasTold(mark)) return false;
    const written = await this.write(entry, notice);
    return await this.outcomes.tellResult(mark, resultFields(entry, notice, written));
  }

  private async write(
    entry: EntryName,
    { data }: TaskNotice,
  ): Promise<{ path: string | null; problem: string | null }> {
    if (!this.output || !data.result) return { path: null, problem: null };
    try {
      const jpeg = await fetchResult(data.result, this.env.apiUrl);
      return { path: await this.output.write(entry, jpeg), problem: null };
    } catch (error) {
      if (!(error instanceof ResultLost)) throw error;
      this.logger.error({ err: error, entryId: entry.entryId }, 'a result was not written');
      return { path: null, problem: error.message };
    }
  }
}
