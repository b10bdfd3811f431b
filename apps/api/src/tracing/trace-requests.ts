import { inRequest } from '@app/runtime';
import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';

const tracer = trace.getTracer('photo-repair.api');

/**
 * Handles each request of the API as a part of the trace that its caller has begun (`traceparent`), else of a new one
 * where spans are exported. Probes, metrics and the page have no spans, nor have streams of events, which stay open.
 *
 * A span names the route, never the path: a path may hold a token, and a query the name of a file. Whatever is logged
 * meanwhile says the id of the request.
 */
export function traceRequests(request: Request, response: Response, next: NextFunction): void {
  const around = propagation.extract(ROOT_CONTEXT, request.headers);
  const spanned = isTraced(request) ? withSpan(around, request, response) : around;
  inRequest(spanned, String(response.getHeader('X-Request-Id')), next);
}

function isTraced({ path, method }: Request): boolean {
  return path.startsWith('/v1/') && !(method === 'GET' && path.endsWith('/events'));
}

function withSpan(around: Context, request: Request, response: Response): Context {
  const { method } = request;
  const span = tracer.startSpan(
    method,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': method, 'url.scheme': request.protocol } },
    around,
  );
  // Without the SDK it is the caller's own, or none.
  if (!span.isRecording()) return trace.setSpan(around, span);
  response.once('close', () => {
    const route = (request as { route?: { path?: unknown } }).route?.path;
    if (typeof route === 'string') {
      span.updateName(`${method} ${route}`);
      span.setAttribute('http.route', route);
    }
    const { statusCode } = response;
    span.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500 || !response.writableFinished) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', response.writableFinished ? String(statusCode) : 'aborted');
    }
    span.end();
  });
  return trace.setSpan(around, span);
}
