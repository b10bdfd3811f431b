import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Callers } from './callers.js';
import { readCredentials } from './credentials.js';
import { OwnersStore } from './owners.store.js';
import { Proxies } from './proxies.js';
import { RateLimits } from './rate-limits.js';
import { accessOf, setAccess, type RequestAccess } from './request-access.js';
import { senderOf } from './sender.js';
import { VisitorCookie } from './visitor-cookie.js';

/** Writing down each request of everybody would cost a commit each. */
const SEEN_EVERY_MS = 60 * 60 * 1000;
/** A probe must tell of this process, whatever the database says and however often it asks. */
const PROBES = ['/livez', '/readyz'];

/** Looks up who sends a request and counts it, once for each request and before its body is read. */
@Injectable()
export class RequestCallers {
  constructor(
    private readonly callers: Callers,
    private readonly owners: OwnersStore,
    private readonly limits: RateLimits,
    private readonly proxies: Proxies,
    private readonly cookie: VisitorCookie,
  ) {}

  /** @throws ProblemException `unauthorized` or `rate_limited`. */
  async of(request: Request, response: Response): Promise<RequestAccess> {
    const known = accessOf(request);
    if (known !== undefined) return known;
    const access = await this.lookUp(request, response);
    setAccess(request, access);
    return access;
  }

  private async lookUp(request: Request, response: Response): Promise<RequestAccess> {
    const address = this.proxies.addressOf(request);
    const path = request.baseUrl + request.path;
    if (PROBES.includes(path)) return { caller: { owner: null, link: null, validUntil: null, address } };
    const sender = senderOf(request.headers, address);
    this.limits.refuseAgain(sender);
    let caller;
    try {
      caller = await this.callers.of(request.headers, address);
    } catch (error) {
      await this.limits.countAddress(address, sender);
      throw error;
    }
    await this.limits.count(caller, { method: request.method, path, sender });
    await this.remember(caller.owner, request, response);
    return { caller };
  }

  private async remember(
    owner: RequestAccess['caller']['owner'],
    request: Request,
    response: Response,
  ): Promise<void> {
    const now = Date.now();
    if (owner === null || now - owner.seen_at < SEEN_EVERY_MS) return;
    await this.owners.touch(owner.id, now);
    const credentials = readCredentials(request.headers);
    if (credentials.kind === 'visitor') this.cookie.set(request, response, credentials.token);
  }
}
