import { ArtifactStoreUnavailable } from '@app/artifact-store';
import { ImageError } from '@app/imaging';
import { HttpException } from '@nestjs/common';
import type { Request } from 'express';
import { allowedMethods } from './allowed-methods.js';
import { isDatabaseAway } from '../database/database-away.js';
import { ProblemException } from './problem.exception.js';

const STORAGE_RETRY_AFTER_S = 60;
const AWAY_RETRY_AFTER_S = 10;

/** What we know a sentence for; undefined for anything else, which is a fault of ours or of the request. */
export function knownProblem(cause: unknown): ProblemException | undefined {
  if (cause instanceof ProblemException) return cause;
  if (cause instanceof ImageError) return new ProblemException(cause.code, cause.details, { cause });
  if (isStorageFull(cause)) {
    return new ProblemException('storage_full', {}, { retryAfterS: STORAGE_RETRY_AFTER_S, cause });
  }
  if (isStoreAway(cause)) {
    return new ProblemException('storage_unavailable', {}, { retryAfterS: AWAY_RETRY_AFTER_S, cause });
  }
  if (isDatabaseAway(cause)) {
    return new ProblemException('database_unavailable', {}, { retryAfterS: AWAY_RETRY_AFTER_S, cause });
  }
  return undefined;
}

/** The problem that stands for anything that was thrown while a request was served. */
export function toProblem(cause: unknown, request: Request): ProblemException {
  const known = knownProblem(cause);
  if (known !== undefined) return known;
  const status = statusIn(cause);
  if (status === 404) return noSuchRoute(request);
  if (status === 400 && cause instanceof URIError) {
    return new ProblemException('invalid_request.path', {}, { cause });
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new ProblemException('invalid_request.unreadable', {}, { cause });
  }
  return new ProblemException('internal_error', {}, { cause });
}

/** A route that is there for other methods says so (RFC 9110, 15.5.6). */
function noSuchRoute(request: Request): ProblemException {
  const allowed = allowedMethods(request);
  if (allowed.length === 0) return new ProblemException('not_found');
  return new ProblemException(
    'method_not_allowed',
    { allowed: allowed.join(', ') },
    { headers: { Allow: allowed.join(', ') } },
  );
}

/** Express and its middleware throw errors with a `status`; Nest has a class for them. */
function statusIn(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** Photos also lie in a folder of ours while they come; a disk with errors takes no writes, or is not there. */
function isStoreAway(error: unknown): boolean {
  if (error instanceof ArtifactStoreUnavailable) return true;
  return ['EROFS', 'EIO', 'ESTALE'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');
}

function isStorageFull(error: unknown): boolean {
  if (error instanceof ArtifactStoreUnavailable) return error.storageFull;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
