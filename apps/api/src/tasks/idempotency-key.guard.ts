import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { readIdempotencyKey } from './idempotency-key.js';

/** Refuses an upload under an unusable key before its body is read. */
@Injectable()
export class IdempotencyKeyGuard implements CanActivate {
  /** @throws ProblemException `invalid_request`. */
  canActivate(context: ExecutionContext): boolean {
    readIdempotencyKey(context.switchToHttp().getRequest<Request>().headers['idempotency-key']);
    return true;
  }
}
