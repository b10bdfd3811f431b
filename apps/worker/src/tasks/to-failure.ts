import { ArtifactNotFound, ArtifactStoreUnavailable } from '@app/artifact-store';
import { TaskFailure, type Failure } from '@app/contracts';

/** Gives any error of an attempt its failure code. */
export function toFailure(error: unknown): Failure {
  if (error instanceof TaskFailure) return error.toFailure();
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 2000);
  if (error instanceof ArtifactStoreUnavailable) return { code: 'storage_unavailable', message };
  // The one artifact that an attempt cannot do without is the photo.
  if (error instanceof ArtifactNotFound) return { code: 'photo_missing', message };
  return { code: 'unknown', message };
}
