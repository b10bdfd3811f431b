import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { AccessService } from '../access/access.service.js';
import type { Caller } from '../access/caller.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { isForeignHost, isForeignOrigin } from '../security/foreign-site.js';

/** No browser and no proxy sends as many. Node itself ends a request with more than 16 KB of headers. */
const MOST_HEADERS = 100;
const COME_BACK_S = 10;

/** Lets clients in that want to watch: who they are, where they come from, and how many of them there are. */
@Injectable()
export class LiveDoor {
  private inside = 0;
  private readonly ofCaller = new Map<string, number>();

  constructor(
    private readonly access: AccessService,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** Who wants to open a WebSocket; it counts until its connection is closed. @throws ProblemException */
  async admitSocket(request: IncomingMessage): Promise<Caller> {
    const { headers } = request;
    if (hasTooManyHeaders(request)) throw new ProblemException('request_too_large.headers');
    if (isForeignHost(headers, this.env) || isForeignOrigin(headers, this.env)) {
      throw new ProblemException('foreign_site');
    }
    const caller = await this.access.callerOf(headers, this.access.addressOf(request));
    this.admit(caller, request.socket);
    return caller;
  }

  /** @throws ProblemException `rate_limited` where the caller, its address or this instance has too many already. */
  admit(caller: Caller, connection: Writable): void {
    const keys = keysOf(caller);
    const tooMany = keys.some((key) => (this.ofCaller.get(key) ?? 0) >= this.env.liveMaxSocketsPerCaller);
    if (tooMany || this.inside >= this.env.liveMaxSockets) {
      throw new ProblemException('rate_limited', {}, { retryAfterS: COME_BACK_S });
    }
    // A connection that is closed already will not say so again.
    if (connection.destroyed) return;
    this.count(keys, 1);
    connection.once('close', () => this.count(keys, -1));
  }

  private count(keys: readonly string[], by: 1 | -1): void {
    this.inside += by;
    for (const key of keys) {
      const count = (this.ofCaller.get(key) ?? 0) + by;
      if (count === 0) this.ofCaller.delete(key);
      else this.ofCaller.set(key, count);
    }
  }
}

export function hasTooManyHeaders({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.length / 2 > MOST_HEADERS;
}

/** Whoever forgets its cookie each time still comes from one address. */
function keysOf({ owner, link, address }: Caller): string[] {
  const who = owner?.id ?? link?.linkId;
  return who === undefined ? [`at ${address}`] : [`at ${address}`, who];
}
