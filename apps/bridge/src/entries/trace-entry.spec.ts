import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

// Files share what they import, and a tracer that was there before another file's provider went hears of no new one.
vi.resetModules();
const { traceEntry } = await import('./trace-entry.js');

const THEIRS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const ENTRY = {
  id: '1-1',
  fields: ['image_path', '/mary.jpg', 'traceparent', `00-${THEIRS.traceId}-${THEIRS.spanId}-01`].map((text) =>
    Buffer.from(text),
  ),
};
const here = () => Promise.resolve(trace.getSpanContext(context.active()));

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterAll(() => {
  context.disable();
  propagation.disable();
});

it('gives each entry a trace of its own, also where no span is exported', async () => {
  const [one, other] = [await traceEntry(ENTRY, here), await traceEntry({ id: '1-2', fields: [] }, here)];
  expect(one!.traceId).toMatch(/^[\da-f]{32}$/);
  expect(new Set([one!.traceId, other!.traceId, THEIRS.traceId]).size).toBe(3);
});

it('links to the trace that its writer named, and says nothing of what is in it', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  trace.setGlobalTracerProvider(provider);
  await traceEntry(ENTRY, here);
  await expect(traceEntry(ENTRY, () => Promise.reject(new TypeError('mary')))).rejects.toThrow('mary');
  const spans = exporter.getFinishedSpans();
  expect(spans.map((span) => span.links.map((link) => link.context.spanId))).toEqual([
    [THEIRS.spanId],
    [THEIRS.spanId],
  ]);
  expect(spans.map((span) => span.attributes['error.type'])).toEqual([undefined, 'TypeError']);
  expect(JSON.stringify(spans.map(({ attributes, status }) => [attributes, status]))).not.toContain('mary');
  trace.disable();
  await provider.shutdown();
});
