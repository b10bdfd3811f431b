import type { QueueItem } from '@app/comfyui';
import { TASK_ID_CONTEXT } from '@app/contracts';
import {
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
} from '@opentelemetry/api';
import type { IncomingHttpHeaders } from 'node:http';

const tracer = trace.getTracer('photo-repair.engine');
const TASK_ID = createContextKey(TASK_ID_CONTEXT);
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** In which traces prompts were submitted, beside the prompts: those are shown to clients as they are. */
export class PromptTraces {
  private readonly contexts = new WeakMap<QueueItem, Context>();

  /** To be called when a prompt is queued, with the headers of its request. */
  keep(item: QueueItem, headers: IncomingHttpHeaders): void {
    const said = propagation.extract(ROOT_CONTEXT, headers);
    this.contexts.set(item, said.setValue(TASK_ID, taskIdIn(headers['baggage'])));
  }

  /** Runs a prompt in a span of its own where its client sent a trace along; its log lines name trace and task. */
  async run(item: QueueItem, work: () => Promise<void>): Promise<void> {
    const parent = this.contexts.get(item) ?? ROOT_CONTEXT;
    if (trace.getSpanContext(parent) === undefined) return context.with(parent, work);
    const span = tracer.startSpan(
      'run prompt',
      {
        attributes: {
          'photo_repair.prompt.id': item[1],
          'photo_repair.prompt.nodes': Object.keys(item[2]).length,
        },
      },
      parent,
    );
    try {
      await context.with(trace.setSpan(parent, span), work);
    } finally {
      span.end();
    }
  }
}

/** The task that a client of ours names (W3C Baggage); undefined where there is none, or something else. */
function taskIdIn(baggage: string | string[] | undefined): string | undefined {
  for (const member of String(baggage ?? '').split(',')) {
    const [name, value] = member.trim().split('=', 2);
    if (name === TASK_ID_CONTEXT && value !== undefined && UUID.test(value)) return value;
  }
  return undefined;
}
