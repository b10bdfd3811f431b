import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logger.js';
import { inNewTaskTrace, inRequest, inTaskTrace, newTrace, outsideOfTraces } from './task-trace.js';
import { readTraceparent, TraceContextPropagator } from './trace-context.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TASK = { id: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c', traceparent: `00-${TRACE}-b7ad6b7169203331-00` };

describe('log lines about a task', () => {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', 'info', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  /** What the logger adds to a line. */
  const log = (fields: object = {}) => {
    logger.info(fields, 'it happened');
    const { taskId, requestId, trace_id, span_id } = lines.at(-1)!;
    return Object.fromEntries(
      Object.entries({ taskId, requestId, trace_id, span_id }).filter(([, value]) => value !== undefined),
    );
  };

  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new TraceContextPropagator());
  });
  afterAll(() => {
    context.disable();
    propagation.disable();
  });

  it('name it and its trace, also after something was waited for', async () => {
    expect(log()).toEqual({});
    await inTaskTrace(TASK, async () => {
      await new Promise(setImmediate);
      expect(log()).toEqual({ taskId: TASK.id, trace_id: TRACE });
      expect(log({ taskId: TASK.id })).toEqual({ taskId: TASK.id, trace_id: TRACE });
      expect(outsideOfTraces(() => log())).toEqual({});
    });
    expect(log()).toEqual({});
  });

  it('name the span too where it is exported', () => {
    const traceparent = TASK.traceparent.replace(/00$/, '01');
    expect(inTaskTrace({ ...TASK, traceparent }, () => log())).toEqual({
      taskId: TASK.id,
      trace_id: TRACE,
      span_id: 'b7ad6b7169203331',
    });
  });

  it('say nothing of a trace that is not that of the task in the line', () => {
    inTaskTrace(TASK, () => expect(log({ taskId: 'another' })).toEqual({ taskId: 'another' }));
    const request = trace.setSpanContext(ROOT_CONTEXT, readTraceparent(TASK.traceparent)!);
    inRequest(request, 'r-1', () => {
      expect(log()).toEqual({ requestId: 'r-1', trace_id: TRACE });
      expect(log({ taskId: 'another' })).toEqual({ requestId: 'r-1', taskId: 'another' });
      const other = { id: 'another', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` };
      expect(inTaskTrace(other, () => log())).toEqual({
        requestId: 'r-1',
        taskId: 'another',
        trace_id: 'a'.repeat(32),
      });
      expect(inTaskTrace({ id: 'old', traceparent: null }, () => log())).toEqual({
        requestId: 'r-1',
        taskId: 'old',
      });
    });
  });

  it('name the task that a message is about, where only the line knows it', () => {
    const around = newTrace();
    const { traceId } = trace.getSpanContext(around)!;
    expect(context.with(around, () => log({ taskId: 'x' }))).toEqual({ taskId: 'x', trace_id: traceId });
  });

  it('are of the trace that a request has begun, or of a new one that is stored with the task', () => {
    const request = trace.setSpanContext(ROOT_CONTEXT, readTraceparent(TASK.traceparent, 'v=1')!);
    inRequest(request, 'r-1', () =>
      inNewTaskTrace('t', (own) => {
        expect(own).toEqual({ traceparent: TASK.traceparent, tracestate: 'v=1' });
        expect(log()).toEqual({ requestId: 'r-1', taskId: 't', trace_id: TRACE });
      }),
    );
    inNewTaskTrace('t', ({ traceparent, tracestate }) => {
      expect(tracestate).toBeNull();
      expect(log()).toEqual({ taskId: 't', trace_id: traceparent.slice(3, 35) });
    });
  });
});
