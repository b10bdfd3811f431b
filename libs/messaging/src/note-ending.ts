import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { HeldTask } from './held-task.js';
import type { Ending } from './ending.js';

/** Says on the span of a task's message how it ended: which run it was, and the code of what failed, never its words. */
export function noteEnding({ message, attempt, ledger, context }: HeldTask, ending: Ending): void {
  const span = trace.getSpan(context);
  span?.setAttributes({
    'photo_repair.task.id': message.taskId,
    'photo_repair.task.type': message.taskType,
    'photo_repair.task.attempt': attempt,
    'photo_repair.task.run': ledger.run,
    'photo_repair.task.ending': ending.kind,
    ...('failure' in ending && { 'error.type': ending.failure.code }),
  });
  if ('failure' in ending) span?.setStatus({ code: SpanStatusCode.ERROR });
}
