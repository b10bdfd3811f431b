import type { NextFunction, Request, Response } from 'express';
import { Histogram, register } from 'prom-client';

const NAME = 'photo_repair_http_request_seconds';
/** A look takes milliseconds, a photo over a slow line minutes. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 30];
/** Any word may stand in a request where its method is. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

type Labels = 'method' | 'route' | 'status';

/**
 * Times answers, by the pattern of their route and the class of their status: what a caller writes is no label. Files of
 * the page and addresses that nobody serves have the route `other`. Streams that stay open are not timed.
 */
export function timeRequests(): (request: Request, response: Response, next: NextFunction) => void {
  const seconds =
    (register.getSingleMetric(NAME) as Histogram<Labels> | undefined) ??
    new Histogram({
      name: NAME,
      help: 'From the head of a request to the end of its answer, by route and class of status (2xx).',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [register],
    });
  return (request, response, next) => {
    const startedMs = performance.now();
    response.once('finish', () => {
      if (isStream(response)) return;
      const labels = { method: methodOf(request), route: routeOf(request), status: classOf(response) };
      seconds.observe(labels, (performance.now() - startedMs) / 1000);
    });
    next();
  };
}

function isStream(response: Response): boolean {
  return String(response.getHeader('Content-Type')).startsWith('text/event-stream');
}

function methodOf({ method }: Request): string {
  return METHODS.includes(method) ? method : 'other';
}

/** Express knows it once a controller was found: `/v1/tasks/:id`. */
function routeOf(request: Request): string {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'other';
}

function classOf({ statusCode }: Response): string {
  return `${Math.trunc(statusCode / 100)}xx`;
}
