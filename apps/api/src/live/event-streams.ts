import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Caller } from '../access/caller.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import { LiveDesk } from './live-desk.js';
import { LiveDoor } from './live-door.js';
import { StreamSink } from './stream-sink.js';

/** Proxies cut connections on which nothing comes for a minute or less. */
const COMMENT_EVERY_MS = 15_000;
/** Clients whose streams ended together come back over this time. */
const RETRY_MS = { from: 2000, to: 6000 };

/** A request for the events of a topic. */
export interface StreamRequest {
  topic: string;
  after: number | undefined;
  caller: Caller;
  request: Request;
  response: Response;
}

/** Opens streams of server-sent events. */
@Injectable()
export class EventStreams {
  constructor(
    private readonly door: LiveDoor,
    private readonly desk: LiveDesk,
    private readonly metrics: LiveMetrics,
  ) {}

  /** @throws ProblemException `rate_limited` */
  open({ topic, after, caller, request, response }: StreamRequest): void {
    this.door.admit(caller, response);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Nginx would keep events back until it has a buffer full of them.
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
      // A stream ends with the process too, which would wait for a connection that is kept for other requests.
      Connection: 'close',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.write(`retry: ${Math.round(RETRY_MS.from + Math.random() * (RETRY_MS.to - RETRY_MS.from))}\n\n`);
    const sink = new StreamSink(response, this.metrics);
    const subscriber = this.desk.enter(caller, sink);
    const commenting = setInterval(() => sink.comment(), COMMENT_EVERY_MS).unref();
    this.metrics.opened('sse');
    response.on('drain', () => subscriber.drained());
    response.once('close', () => {
      clearInterval(commenting);
      this.desk.leave(subscriber);
      this.metrics.closed('sse');
    });
    this.desk.subscribe(subscriber, topic, after);
  }
}
