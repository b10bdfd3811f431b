import { TASK_ID_CONTEXT } from '@app/contracts';
import {
  context,
  createContextKey,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { newSpanContext, readTraceparent, toTraceContext, type TraceContext } from './trace-context.js';

const TASK_ID = createContextKey(TASK_ID_CONTEXT);
const REQUEST_ID = createContextKey('photo-repair.request_id');

/** A task, or whatever else is stored with the trace of one. */
export interface TracedTask {
  id: string;
  traceparent: string | null;
  tracestate?: string | null;
}

/**
 * Runs what makes a task in the trace that is at hand, or in a new one, so that its log lines name both. Call it once for
 * each task, with its id; what `make` is given has to be stored with the task.
 */
export function inNewTaskTrace<T>(taskId: string, make: (trace: TraceContext) => T): T {
  const active = context.active();
  const span = trace.getSpanContext(active);
  const isTraced = span !== undefined && isSpanContextValid(span);
  const own = isTraced ? span : newSpanContext();
  if (isTraced) trace.getSpan(active)?.setAttribute('photo_repair.task.id', taskId);
  const around = isTraced ? active : trace.setSpanContext(active, own);
  return context.with(around.setValue(TASK_ID, taskId), () => make(toTraceContext(own)));
}

/**
 * Runs what is done for a stored task later, by whomever, in the task's own trace and no other: its log lines name the
 * task and its trace (and the request that asked for it), and what it sends carries that on. A task without a trace has
 * none there, either.
 */
export function inTaskTrace<T>({ id, traceparent, tracestate }: TracedTask, work: () => T): T {
  const span = readTraceparent(traceparent, tracestate);
  const root = ROOT_CONTEXT.setValue(REQUEST_ID, context.active().getValue(REQUEST_ID)).setValue(TASK_ID, id);
  return context.with(span === undefined ? root : trace.setSpanContext(root, span), work);
}

/** Handles a request in a trace; whatever is logged meanwhile names the request. */
export function inRequest<T>(around: Context, requestId: string, handle: () => T): T {
  return context.with(around.setValue(REQUEST_ID, requestId), handle);
}

/** The beginning of a trace that nobody else has begun, and of which no span is exported. */
export function newTrace(): Context {
  return trace.setSpanContext(ROOT_CONTEXT, newSpanContext());
}

/** Runs what belongs to no request and to no task, also where one of them happens to have set it off. */
export function outsideOfTraces<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/**
 * What a log line says of where it was written: nothing where it names another task than the one at hand, or one that a
 * request is about, whose trace is not that of the request.
 */
export function traceOfLine(line: object, active: Context = context.active()): object {
  if (active === ROOT_CONTEXT) return {};
  const taskId = active.getValue(TASK_ID);
  const requestId = active.getValue(REQUEST_ID);
  const request = requestId !== undefined && { requestId };
  const named = (line as { taskId?: unknown }).taskId;
  if (named !== undefined && named !== taskId && (taskId !== undefined || request)) return { ...request };
  const span = trace.getSpanContext(active);
  return {
    ...request,
    ...(taskId !== undefined && { taskId }),
    ...(span !== undefined && isSpanContextValid(span) && idsOf(span)),
  };
}

/** A span that is not exported is found nowhere. */
function idsOf({ traceId, spanId, traceFlags }: SpanContext): object {
  return { trace_id: traceId, ...((traceFlags & 1) === 1 && { span_id: spanId }) };
}
