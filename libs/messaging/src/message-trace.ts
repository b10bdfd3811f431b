import { TASK_ID_CONTEXT } from '@app/contracts';
import {
  context,
  createContextKey,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import type { Message } from 'amqplib';
import type { OutgoingMessage } from './outgoing-message.js';
import { headerOf } from './message-headers.js';
import { attributesOf, destinationOf, incoming, outgoing } from './span-attributes.js';

const tracer = trace.getTracer('photo-repair.messaging');
const TASK_ID = createContextKey(TASK_ID_CONTEXT);
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** How a message is handled as a part of a trace. */
export interface ProcessOptions {
  queue: string;
  /**
   * Whether it came from a program of ours. What others say of their traces is only linked to: they must not decide what
   * is sampled here, nor mix our spans into a trace of their choice.
   */
  isOurs: boolean;
}

/** The trace context that a message carries, as it is sent on. */
export function traceHeadersOf(message: Message): Record<string, string> {
  const found = ['traceparent', 'tracestate'].map((name) => [name, headerOf(message, name)] as const);
  return Object.fromEntries(found.filter((each): each is [string, string] => typeof each[1] === 'string'));
}

/**
 * Handles a message in a span of its own (`process`), in the trace that it belongs to. It is a child of the message's
 * creation and, as the conventions for messaging ask for, linked to it: each run of a task is so linked to its first
 * hand-over, however often its message was published since. Log lines that are written meanwhile name the task.
 */
export async function processTraced<T>(
  message: Message,
  { queue, isOurs }: ProcessOptions,
  handle: () => Promise<T>,
): Promise<T> {
  const said = propagation.extract(ROOT_CONTEXT, traceHeadersOf(message));
  const creation = spanOf(said);
  const taskId: unknown = message.properties.correlationId;
  // Never in whatever context the last message of this queue has left.
  const parent = (isOurs ? said : ROOT_CONTEXT).setValue(
    TASK_ID,
    isOurs && typeof taskId === 'string' && UUID.test(taskId) ? taskId : undefined,
  );
  const destination = incoming(message, queue, isOurs);
  const span = tracer.startSpan(
    `process ${destinationOf(destination)}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: attributesOf('process', destination, message.properties, message.content.length),
      links: creation === undefined ? [] : [{ context: creation }],
    },
    parent,
  );
  const around = isSpanContextValid(span.spanContext()) ? trace.setSpan(parent, span) : parent;
  try {
    return await context.with(around, handle);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Publishes in a span of its own (`send`) where a trace is at hand, and says so in the message's headers. A message that
 * carries a context already is one more copy of what was created before: it keeps that, and the span is linked to it.
 */
export async function sendTraced(
  message: OutgoingMessage,
  send: (message: OutgoingMessage) => Promise<void>,
): Promise<void> {
  const active = context.active();
  const headers = (message.properties.headers ?? {}) as Record<string, unknown>;
  if (spanOf(active) === undefined) return send(message);
  const created = spanOf(propagation.extract(ROOT_CONTEXT, headers));
  const destination = outgoing(message);
  const links: Link[] = [created, message.createdIn].flatMap((each) => (each ? [{ context: each }] : []));
  const span = tracer.startSpan(
    `send ${destinationOf(destination)}`,
    {
      // By the conventions the producer of a message is the span whose context it carries.
      kind: created === undefined ? SpanKind.PRODUCER : SpanKind.CLIENT,
      attributes: attributesOf('send', destination, message.properties, message.body.length),
      links,
    },
    active,
  );
  try {
    if (created !== undefined) return await send(message);
    const carried = { ...headers };
    propagation.inject(trace.setSpan(active, span), carried);
    return await send({ ...message, properties: { ...message.properties, headers: carried } });
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', codeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** The span that a context is in, where it is in one. */
export function spanOf(of: Context): SpanContext | undefined {
  const span = trace.getSpanContext(of);
  return span !== undefined && isSpanContextValid(span) ? span : undefined;
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : '_OTHER';
}
