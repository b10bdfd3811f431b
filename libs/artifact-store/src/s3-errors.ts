import { ArtifactStoreUnavailable, errnoOf, type StoreTrouble } from './artifact-store.errors.js';

/** Codes of servers that are full or whose quota is used up: Ceph (as 403), MinIO (400 and 507). */
const FULL = ['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'InsufficientCapacity'];

const HTTP = { unauthorized: 401, forbidden: 403, notFound: 404, tooMany: 429, full: 507 } as const;

/** What a request to an S3 server ended with. */
interface S3Error {
  /** The `Code` of S3 where there was a body, else the name of an error of Node or of the SDK. */
  name: string;
  /** Undefined where there was no answer. */
  status: number | undefined;
}

export function s3ErrorOf(error: unknown): S3Error {
  const { name = 'unknown', $metadata } = (error ?? {}) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return { name, status: $metadata?.httpStatusCode };
}

/** No such key. A bucket that is not there is trouble of the store, and a HEAD cannot tell the two apart. */
export function isAbsent(error: unknown): boolean {
  const { name, status } = s3ErrorOf(error);
  return status === HTTP.notFound && name !== 'NoSuchBucket';
}

/** A failure of the store as its callers know it. */
export function storeError(error: unknown): ArtifactStoreUnavailable {
  if (error instanceof ArtifactStoreUnavailable) return error;
  const found = s3ErrorOf(error);
  const errno = errnoOf(error);
  // The names of errors without an answer say nothing (`Error`); their codes do.
  const word = found.status === undefined && errno !== 'unknown' ? errno : found.name;
  return new ArtifactStoreUnavailable(withoutRequest(error, found), { reason: reasonOf(found), word });
}

/** The SDK's own error has the request with its signature, and the sockets of all others; none of that is for a log. */
function withoutRequest(error: unknown, { name, status }: S3Error): Error {
  const said = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(said), { name, $metadata: { httpStatusCode: status } });
}

function reasonOf({ name, status }: S3Error): StoreTrouble {
  if (FULL.includes(name) || status === HTTP.full) return 'full';
  // The SDK found no credentials at all.
  if (name === 'CredentialsProviderError') return 'denied';
  if (status === undefined || status >= 500 || status === HTTP.tooMany) return 'unreachable';
  if (status === HTTP.unauthorized || status === HTTP.forbidden) return 'denied';
  return 'failed';
}
