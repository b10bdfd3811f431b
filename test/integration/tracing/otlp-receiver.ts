import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as a collector gets it over OTLP/HTTP in JSON, with the service that it is of. */
export interface ReceivedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** Empty where it is the first of its trace. */
  parentSpanId: string;
  name: string;
  kind: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  events: string[];
  /** 2 for an error. */
  status: number;
}

/** What `SpanKind` is on the wire (opentelemetry-proto, trace.proto). */
export const KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
interface Exported {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: Record<string, unknown>[] }[];
  }[];
}

/** A collector of traces on a free loopback port. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Of every request, to see what else is told. */
  readonly bodies: string[] = [];
  readonly headers: Record<string, unknown>[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => {
      void receiver.answer(request, response);
    });
    const receiver = new OtlpReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** All spans of a trace. */
  trace(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await json(request);
    if (request.url === '/v1/traces') this.take(body as Exported, request.headers);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }

  private take(body: Exported, headers: Record<string, unknown>): void {
    this.bodies.push(JSON.stringify(body));
    this.headers.push(headers);
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const service = String(toRecord(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) this.spans.push(toSpan(service, span));
    }
  }
}

function toSpan(service: string, span: Record<string, unknown>): ReceivedSpan {
  return {
    service: service.replace('photo-repair-', ''),
    traceId: span['traceId'] as string,
    spanId: span['spanId'] as string,
    parentSpanId: (span['parentSpanId'] as string | undefined) ?? '',
    name: span['name'] as string,
    kind: span['kind'] as number,
    attributes: toRecord((span['attributes'] as Attribute[] | undefined) ?? []),
    links: ((span['links'] as ReceivedSpan['links'] | undefined) ?? []).map(({ traceId, spanId }) => ({
      traceId,
      spanId,
    })),
    events: ((span['events'] as { name: string }[] | undefined) ?? []).map(({ name }) => name),
    status: (span['status'] as { code?: number } | undefined)?.code ?? 0,
  };
}

/** Values by name; of `{ intValue: 5 }` and its like what is in them. */
function toRecord(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
