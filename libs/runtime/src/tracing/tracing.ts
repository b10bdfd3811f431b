import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { productVersion } from '../product.js';
import { TraceContextPropagator } from './trace-context.js';
import type { TracingSettings } from './tracing-settings.js';

/** What is not exported within this time is lost; less than any program has to end in. */
const LAST_EXPORT_MS = 3_000;

/** Tracing of a process that has begun. */
export interface Tracing {
  /** Exports what is left, for 3 s at most. Call it after everything else has ended; it never rejects. */
  stop(): Promise<void>;
}

/**
 * Carries trace contexts through this process and on to others: call it once, before anything else of a program is made.
 * Spans are made and exported only where the settings name an address; the SDK of OpenTelemetry is not even loaded
 * otherwise.
 *
 * @param service `api`, `worker`, `bridge` or `engine`: its spans are those of the service `photo-repair-<service>`.
 * @param instance which of several it is: a worker's name.
 */
export async function startTracing(
  settings: TracingSettings,
  logger: Logger,
  service: string,
  instance?: string,
): Promise<Tracing> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new TraceContextPropagator());
  const { tracesUrl } = settings;
  if (tracesUrl === undefined) return { stop: () => Promise.resolve() };
  const { startExport } = await import('./span-export.js');
  const attributes = {
    'service.name': `photo-repair-${service}`,
    'service.version': productVersion,
    'service.instance.id': instance ?? `${service}-${process.pid}`,
  };
  const end = startExport(tracesUrl, settings, attributes, logger);
  logger.info({ host: new URL(tracesUrl).host, ratio: settings.ratio }, 'exports spans');
  return {
    async stop() {
      const tooLong = pause(LAST_EXPORT_MS, 'too long', { ref: false });
      try {
        if ((await Promise.race([end(), tooLong])) !== 'too long') return;
        logger.warn('the last spans could not be exported in time');
      } catch (error) {
        logger.warn({ err: error }, 'the last spans could not be exported');
      }
    },
  };
}
