import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { newSpanContext, readTraceparent, toTraceContext, TraceContextPropagator } from './trace-context.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('the trace context in headers', () => {
  const ours = new TraceContextPropagator();
  const official = new W3CTraceContextPropagator();
  const read = (propagator: typeof ours | typeof official, carrier: Record<string, unknown>) => {
    const span = trace.getSpanContext(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
    return span && { ...span, traceState: span.traceState?.serialize() };
  };

  it.each([
    `00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-00`,
    `00-${TRACE}-${SPAN}-01-later`,
    `01-${TRACE}-${SPAN}-01-later`,
    `cc-${TRACE}-${SPAN}-00`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    '',
    'nonsense',
  ])('reads "%s" as the propagator of the SDK does', (traceparent) => {
    const carrier = { traceparent, tracestate: 'vendor=1,other=a' };
    expect(read(ours, carrier)).toEqual(read(official, carrier));
  });

  it('writes what the propagator of the SDK writes', () => {
    const span = readTraceparent(`00-${TRACE}-${SPAN}-01`, 'vendor=1')!;
    const around = trace.setSpanContext(ROOT_CONTEXT, span);
    const written = [ours, official].map((propagator) => {
      const carrier: Record<string, string> = {};
      propagator.inject(around, carrier, defaultTextMapSetter);
      return carrier;
    });
    expect(written[0]).toEqual({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'vendor=1' });
    expect(written[0]).toEqual(written[1]);
    const nothing = {};
    ours.inject(ROOT_CONTEXT, nothing, defaultTextMapSetter);
    expect(nothing).toEqual({});
  });

  it('names no span by what is no text or came twice', () => {
    for (const traceparent of [5, null, {}, [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]]) {
      expect(read(ours, { traceparent })).toBeUndefined();
    }
  });

  it('keeps of the flags the one bit that it knows, and of a long tracestate nothing', () => {
    const span = readTraceparent(`00-${TRACE}-${SPAN}-ff`, `a=${'x'.repeat(600)}`)!;
    expect(toTraceContext(span)).toEqual({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: null });
  });

  it('begins traces that are not exported, each with ids of its own', () => {
    const [one, other] = [newSpanContext(), newSpanContext()];
    expect(one.traceId).not.toBe(other.traceId);
    expect(toTraceContext(one).traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
    expect(readTraceparent(toTraceContext(one).traceparent)).toMatchObject({ traceId: one.traceId });
  });
});
