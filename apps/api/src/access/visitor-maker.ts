import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Caller } from './caller.js';
import { OwnersStore } from './owners.store.js';
import { Proxies } from './proxies.js';
import { RateLimits } from './rate-limits.js';
import { VisitorCookie } from './visitor-cookie.js';

/** Makes a visitor of somebody who is nobody yet. */
@Injectable()
export class VisitorMaker {
  constructor(
    private readonly owners: OwnersStore,
    private readonly limits: RateLimits,
    private readonly proxies: Proxies,
    private readonly cookie: VisitorCookie,
  ) {}

  /** @throws ProblemException `rate_limited` for too many new visitors from one address. */
  async make(nobody: Caller, request: Request, response: Response): Promise<Caller> {
    if (!this.proxies.isLocal(request.headers)) await this.limits.countVisitor(nobody.address);
    const { owner, token } = await this.owners.addVisitor();
    this.cookie.set(request, response, token);
    return { ...nobody, owner };
  }
}
