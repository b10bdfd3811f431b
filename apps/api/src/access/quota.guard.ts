import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AccessService } from './access.service.js';
import { OwnerLimits } from './owner-limits.js';
import { accessOf } from './request-access.js';

/** Refuses an upload for which its owner has no space left, before its body is read. */
@Injectable()
export class QuotaGuard implements CanActivate {
  constructor(
    private readonly access: AccessService,
    private readonly limits: OwnerLimits,
  ) {}

  /** @throws ProblemException `quota_exceeded`. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const access = accessOf(request);
    const owner = access?.album ? await this.access.ownerOf(access.album) : access?.caller.owner;
    if (owner) this.limits.checkQuota(owner, Number(request.get('Content-Length') ?? 0) || 0);
    return true;
  }
}
