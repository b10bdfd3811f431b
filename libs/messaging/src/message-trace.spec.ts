import { context, propagation, SpanKind, trace, type SpanContext } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Message } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutgoingMessage } from './outgoing-message.js';

// Files share what they import, and a tracer that was there before another file's provider went hears of no new one.
vi.resetModules();
const { processTraced, sendTraced, spanOf } = await import('./message-trace.js');

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const THERE: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};
const HEADER = `00-${THERE.traceId}-${THERE.spanId}-01`;

function outgoing(chosen: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const properties = { messageId: ID, correlationId: ID };
  return {
    exchange: 'photo_repair.work',
    routingKey: 'person',
    body: Buffer.from('{}'),
    properties,
    ...chosen,
  };
}

function came(headers: Record<string, unknown>, exchange = 'photo_repair.work', messageId = ID): Message {
  const fields = { exchange, routingKey: 'person', deliveryTag: 1, redelivered: false };
  return {
    content: Buffer.from('{}'),
    fields,
    properties: { headers, messageId, correlationId: messageId },
  } as unknown as Message;
}

/** What is sent from within a trace, as it goes to the broker. */
async function sent(message: OutgoingMessage, around?: SpanContext): Promise<OutgoingMessage> {
  let seen: OutgoingMessage | undefined;
  const send = () =>
    sendTraced(message, (each) => {
      seen = each;
      return Promise.resolve();
    });
  const root = trace.deleteSpan(context.active());
  await context.with(around === undefined ? root : trace.setSpanContext(root, around), send);
  return seen!;
}

describe('messages in traces', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });
  afterAll(() => {
    context.disable();
    propagation.disable();
  });

  describe('of which no span is exported', () => {
    it('are sent with the context at hand, and without one as they are', async () => {
      expect((await sent(outgoing(), THERE)).properties.headers).toEqual({ traceparent: HEADER });
      const message = outgoing();
      expect(await sent(message)).toBe(message);
    });

    it('are handled in their own trace, whatever was handled before', async () => {
      await context.with(
        trace.setSpanContext(context.active(), { ...THERE, traceId: 'a'.repeat(32) }),
        async () => {
          const ours = { queue: 'q', isOurs: true };
          const seen = await processTraced(came({ traceparent: HEADER }), ours, async () => {
            await new Promise(setImmediate);
            return spanOf(context.active());
          });
          expect(seen).toMatchObject({ traceId: THERE.traceId, spanId: THERE.spanId });
          for (const headers of [{}, { traceparent: 'nonsense' }, { traceparent: 7 }]) {
            expect(
              await processTraced(came(headers), ours, async () => spanOf(context.active())),
            ).toBeUndefined();
          }
          const theirs = { queue: 'q', isOurs: false };
          const strange = await processTraced(came({ traceparent: HEADER }), theirs, async () =>
            spanOf(context.active()),
          );
          expect(strange).toBeUndefined();
        },
      );
    });
  });

  describe('of which spans are exported', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    beforeAll(() => trace.setGlobalTracerProvider(provider));
    beforeEach(() => exporter.reset());
    afterEach(() => provider.forceFlush());
    afterAll(async () => {
      trace.disable();
      await provider.shutdown();
    });
    const spans = () => exporter.getFinishedSpans();

    it('carry the span that sent them first, and keep it as copies', async () => {
      const first = await sent(outgoing(), THERE);
      const [producer] = spans();
      expect(producer).toMatchObject({
        name: 'send photo_repair.work:person',
        kind: SpanKind.PRODUCER,
        links: [],
      });
      expect(producer!.parentSpanContext).toMatchObject({ spanId: THERE.spanId });
      const { traceId, spanId } = producer!.spanContext();
      expect(first.properties.headers).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
      const copy = outgoing({ exchange: 'photo_repair.retry_after.5s', properties: first.properties });
      expect(await sent(copy, { ...THERE, spanId: 'c'.repeat(16) })).toBe(copy);
      const again = spans()[1]!;
      expect(again).toMatchObject({ name: 'send photo_repair.retry_after.5s:person', kind: SpanKind.CLIENT });
      expect(again.links.map((link) => link.context.spanId)).toEqual([spanId]);
    });

    it('are linked to what made them where they are asked for once more', async () => {
      await sent(outgoing({ createdIn: THERE }), THERE);
      expect(spans()[0]!.links.map((link) => link.context.spanId)).toEqual([THERE.spanId]);
    });

    it('of strangers have a trace of their own, linked to theirs, and say none of their names', async () => {
      const stranger = came({ traceparent: HEADER }, 'their-exchange', 'aunt-mary.jpg');
      await processTraced(stranger, { queue: 'photo_repair_tasks', isOurs: false }, () => Promise.resolve());
      const [span] = spans();
      expect(span!.name).toBe('process photo_repair_tasks');
      expect(span!.spanContext().traceId).not.toBe(THERE.traceId);
      expect(span!.links.map((link) => link.context.traceId)).toEqual([THERE.traceId]);
      expect(JSON.stringify(span!.attributes)).not.toMatch(/mary|their|person/);
    });

    it('that cannot be handled or sent end their span with what went wrong, never with its words', async () => {
      const trouble = Object.assign(new Error('secret words'), { code: 'NACKED' });
      const failing = () => Promise.reject(trouble);
      const ours = { queue: 'q', isOurs: true };
      await expect(processTraced(came({}), ours, failing)).rejects.toBe(trouble);
      await expect(
        context.with(trace.setSpanContext(context.active(), THERE), () => sendTraced(outgoing(), failing)),
      ).rejects.toBe(trouble);
      expect(spans().map(({ attributes }) => attributes['error.type'])).toEqual(['Error', 'NACKED']);
      expect(JSON.stringify(spans().map(({ status, events }) => [status, events]))).not.toContain('secret');
    });

    it('call the queues of those who wait for answers all the same', async () => {
      await sent(outgoing({ exchange: '', routingKey: 'amq.gen-of-mary' }), THERE);
      expect(spans()[0]).toMatchObject({ name: 'send reply' });
      expect(JSON.stringify(spans()[0]!.attributes)).not.toContain('mary');
    });
  });
});
