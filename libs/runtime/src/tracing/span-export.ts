import { trace } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { TracingSettings } from './tracing-settings.js';

/** Of one export with its repetitions; the next batch waits meanwhile. */
const EXPORT_MS = 5_000;
/** A collector that is away is told of once in so long, not with every batch. */
const TELL_EVERY_MS = 60_000;

/** Loaded only where spans are exported: the SDK of OpenTelemetry is imported nowhere else. Resolves to how to end it. */
export function startExport(
  url: string,
  { headers, ratio }: TracingSettings,
  attributes: Record<string, string>,
  logger: Logger,
): () => Promise<void> {
  let toldAt = -Infinity;
  setGlobalErrorHandler((error) => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    logger.warn({ err: error }, 'spans could not be exported and are lost; told once a minute');
  });
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: EXPORT_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes(attributes),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_MS })],
  });
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}
