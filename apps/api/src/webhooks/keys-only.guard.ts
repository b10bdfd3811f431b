import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { accessOf } from '../access/request-access.js';
import { ProblemException } from '../problems/problem.exception.js';

/** Lets API keys pass, after `AccessGuard`: a browser has no address where it could be told anything. */
@Injectable()
export class KeysOnlyGuard implements CanActivate {
  /** @throws ProblemException `forbidden` for visitors. */
  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(context.switchToHttp().getRequest<Request>());
    if (access?.caller.owner?.kind === 'key') return true;
    throw new ProblemException('forbidden');
  }
}
