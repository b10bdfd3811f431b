import { newTrace } from '@app/runtime';
import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { StreamEntry } from './stream-entry.js';

const tracer = trace.getTracer('photo-repair.bridge');
const CARRIED = ['traceparent', 'tracestate'] as const;

/**
 * Takes an entry in a trace of its own, which its task goes on in. Who wrote the entry may have put its own trace context
 * into fields (`traceparent`, `tracestate`): that is only linked to, as that of any other system is.
 */
export async function traceEntry<T>(entry: StreamEntry, take: () => Promise<T>): Promise<T> {
  const theirs = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, carriedBy(entry)));
  const span = tracer.startSpan(
    'process redis stream',
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'redis',
        'messaging.operation.type': 'process',
        'messaging.operation.name': 'process',
        'messaging.message.id': entry.id,
      },
      links: theirs === undefined ? [] : [{ context: theirs }],
    },
    ROOT_CONTEXT,
  );
  const around = isSpanContextValid(span.spanContext()) ? trace.setSpan(ROOT_CONTEXT, span) : newTrace();
  try {
    return await context.with(around, take);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
    throw error;
  } finally {
    span.end();
  }
}

function carriedBy({ fields }: StreamEntry): Record<string, string> {
  const found: Record<string, string> = {};
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = CARRIED.find((each) => fields[index]!.equals(Buffer.from(each)));
    if (name !== undefined) found[name] = fields[index + 1]!.toString('latin1');
  }
  return found;
}
