import { isFinalState, type LiveMessage } from '@app/contracts';
import type { ServerResponse } from 'node:http';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import type { LiveFrame } from './live-frame.js';
import type { EndReason, LiveSink } from './live-sink.js';

/** Sends the messages of one topic as server-sent events. */
export class StreamSink implements LiveSink {
  constructor(
    private readonly response: ServerResponse,
    private readonly metrics: LiveMetrics,
  ) {}

  get unsentBytes(): number {
    return this.response.writableLength;
  }

  send(frame: LiveFrame): void {
    if (this.response.writableEnded) return;
    this.metrics.sent(frame.message.event);
    this.response.write(frame.forStream);
    if (isLast(frame.message)) this.response.end();
  }

  /** What a proxy or a browser sees while nothing happens. */
  comment(): void {
    if (!this.response.writableEnded && this.response.writableLength === 0) this.response.write(':\n\n');
  }

  end(reason: EndReason): void {
    if (reason === 'slow') {
      this.metrics.slowClosed('sse');
      // Its end would wait behind everything that is not read.
      this.response.destroy();
    } else this.response.end();
  }
}

/** Whether nothing will follow: the task has ended, or there is nothing to hear of any more. */
function isLast({ event, data }: LiveMessage): boolean {
  switch (event) {
    case 'error':
      return true;
    case 'erased':
      return data.topic.endsWith(data.id);
    case 'step':
      return isEndOfTask(data.topic, data.seq, data.task);
    case 'snapshot':
      return data.tasks[0] !== undefined && isEndOfTask(data.topic, data.seq, data.tasks[0]);
    default:
      return false;
  }
}

/** A task that is shown further than the step has more steps to be told. */
function isEndOfTask(
  topic: string,
  seq: number,
  task: { seq: number; status: Parameters<typeof isFinalState>[0] },
): boolean {
  return topic.startsWith('task:') && isFinalState(task.status) && task.seq === seq;
}
