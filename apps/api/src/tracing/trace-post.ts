import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('photo-repair.api');

/**
 * Posts to another system in a span of its own, and hands it the trace context to send along. The span names the host at
 * most: the address may hold what only its owner knows.
 */
export async function tracePost<T extends { status: number }>(
  url: string,
  post: (headers: Record<string, string>) => Promise<T>,
): Promise<T> {
  const active = context.active();
  const { hostname, port, protocol } = URL.canParse(url)
    ? new URL(url)
    : { hostname: '', port: '', protocol: '' };
  const span = tracer.startSpan(
    'POST',
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': 'POST',
        'server.address': hostname,
        'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
      },
    },
    active,
  );
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpan(active, span), headers);
  try {
    const answer = await post(headers);
    span.setAttribute('http.response.status_code', answer.status);
    if (answer.status >= 400) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', String(answer.status));
    }
    return answer;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
    throw error;
  } finally {
    span.end();
  }
}
