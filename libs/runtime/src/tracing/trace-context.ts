import {
  createTraceState,
  isSpanContextValid,
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { randomBytes } from 'node:crypto';

/** W3C Trace Context as it is stored and sent: where in which trace something was begun. */
export interface TraceContext {
  /** At most 55 characters. */
  traceparent: string;
  /** What other systems want to have passed on, at most 512 characters; null where there is none. */
  tracestate: string | null;
}

/** Version, trace id, parent id, flags, and what later versions may add. Neither id is all zeros. */
const TRACEPARENT = /^([\da-f]{2})-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(-.*)?$/;
/** The specification's limit below which nobody may cut it; longer ones are dropped as a whole. */
const LONGEST_TRACESTATE = 512;

/** The span that a `traceparent` names; undefined where it is none (Trace Context, level 1, 3.2). */
export function readTraceparent(
  traceparent: string | null | undefined,
  tracestate?: string | null,
): SpanContext | undefined {
  const found = TRACEPARENT.exec(traceparent ?? '');
  // Of later versions only the fields are known that this one has.
  if (!found || found[1] === 'ff' || (found[1] === '00' && found[5] !== undefined)) return undefined;
  const state = tracestate != null && tracestate.length <= LONGEST_TRACESTATE ? tracestate : '';
  return {
    traceId: found[2]!,
    spanId: found[3]!,
    // Only the bit that says whether it is sampled is known.
    traceFlags: Number.parseInt(found[4]!, 16) & 1,
    isRemote: true,
    ...(state !== '' && { traceState: createTraceState(state) }),
  };
}

/** How a span is named to others. */
export function toTraceContext({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const flags = (traceFlags & 1).toString().padStart(2, '0');
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: traceState?.serialize() || null };
}

/** The beginning of a trace of which no span is exported. Its ids are random, as those of exported ones are. */
export function newSpanContext(): SpanContext {
  const bytes = randomBytes(24).toString('hex');
  return { traceId: bytes.slice(0, 32), spanId: bytes.slice(32), traceFlags: 0 };
}

/**
 * Carries the trace context in headers. OpenTelemetry's own propagator is in a package of its SDK, which is not loaded
 * unless traces are exported; this one passes the context on in either case.
 */
export class TraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context);
    if (span === undefined || !isSpanContextValid(span)) return;
    const { traceparent, tracestate } = toTraceContext(span);
    setter.set(carrier, 'traceparent', traceparent);
    if (tracestate !== null) setter.set(carrier, 'tracestate', tracestate);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const span = readTraceparent(
      onlyText(getter.get(carrier, 'traceparent')),
      onlyText(getter.get(carrier, 'tracestate')),
    );
    return span === undefined ? context : trace.setSpanContext(context, span);
  }

  fields(): string[] {
    return ['traceparent', 'tracestate'];
  }
}

/** A header that came more than once names no one span. */
function onlyText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
