import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception.js';

/** Refuses an upload that cannot hold a file, before its body is read. */
@Injectable()
export class MultipartGuard implements CanActivate {
  /** @throws ProblemException `no_files`. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (typeof request.is('multipart/form-data') === 'string') return true;
    throw new ProblemException('no_files', 'Send multipart/form-data with the photo in the field "image".');
  }
}
