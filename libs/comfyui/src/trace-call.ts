import { TASK_ID_CONTEXT } from '@app/contracts';
import {
  context,
  createContextKey,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

const tracer = trace.getTracer('photo-repair.comfyui');
const TASK_ID = createContextKey(TASK_ID_CONTEXT);

/** What a span says of a call. The address has names of files in it, and stays out. */
export interface TracedCall {
  method: string;
  /** The path without what is different in every call: `/api/history/{prompt_id}`. */
  template: string;
  engine: URL;
}

/** What tells the engine of the trace and the task that a call is made for; ComfyUI does not look at it. */
export type TraceHeaders = Record<string, string>;

/**
 * Makes a call in a span of its own where it is made for a task. What is asked of engines all the time, for nobody in
 * particular, has none.
 */
export async function traceCall<T extends { status: number }>(
  { method, template, engine }: TracedCall,
  call: (headers: TraceHeaders) => Promise<T>,
): Promise<T> {
  const active = context.active();
  const around = trace.getSpanContext(active);
  if (around === undefined || !isSpanContextValid(around)) return call({});
  const span = tracer.startSpan(
    `${method} ${template}`,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': method,
        'url.template': template,
        'server.address': engine.hostname,
        'server.port': Number(engine.port) || (engine.protocol === 'http:' ? 80 : 443),
      },
    },
    active,
  );
  const headers: TraceHeaders = {};
  propagation.inject(trace.setSpan(active, span), headers);
  const taskId = active.getValue(TASK_ID);
  if (typeof taskId === 'string') headers['baggage'] = `${TASK_ID_CONTEXT}=${taskId}`;
  try {
    const answer = await call(headers);
    span.setAttribute('http.response.status_code', answer.status);
    if (answer.status >= 400) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', String(answer.status));
    }
    return answer;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', nameOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** A failure's code, never its message: that has the whole address in it. */
function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : '_OTHER';
}
