/** There is no artifact under this key (any more). */
export class ArtifactNotFound extends Error {
  override readonly name = 'ArtifactNotFound';

  constructor(readonly key: string) {
    super(`no artifact under ${key}`);
  }
}

/** The key breaks the rules of `ArtifactStore`: a mistake of the caller, or somebody's attempt to leave the store. */
export class InvalidArtifactKey extends Error {
  override readonly name = 'InvalidArtifactKey';

  constructor(key: string) {
    super(`not a valid artifact key: ${JSON.stringify(key.slice(0, 200))}`);
  }
}

/**
 * Why a store cannot be used: there is no room; it lets us not in, or not do this; it does not answer, or says that it
 * cannot at this moment; anything else.
 */
export type StoreTrouble = 'full' | 'denied' | 'unreachable' | 'failed';

const TROUBLES: Readonly<Record<string, StoreTrouble>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  // A file system over a network.
  ESTALE: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EHOSTDOWN: 'unreachable',
};

const SENTENCES: Readonly<Record<StoreTrouble, string>> = {
  full: 'the artifact store is full',
  denied: 'the artifact store does not let us in',
  unreachable: 'the artifact store does not answer',
  failed: 'the artifact store is not available',
};

/**
 * The store cannot be read or written now; the same call may succeed later. `code` is `storage_full` when there is
 * no room (`ENOSPC`, `EDQUOT`, or what an S3 server says), which is the HTTP problem code too; `reason` tells more. What
 * the system said is in `cause`, and may name paths: for the log only.
 */
export class ArtifactStoreUnavailable extends Error {
  override readonly name = 'ArtifactStoreUnavailable';
  readonly code: 'storage_full' | 'storage_unavailable';
  readonly reason: StoreTrouble;

  /** What is wrong is read from a system error; who knows better says it, with the word that the store had for it. */
  constructor(cause: unknown, known?: { reason: StoreTrouble; word: string }) {
    const errno = errnoOf(cause);
    const { reason, word } = known ?? { reason: TROUBLES[errno] ?? 'failed', word: errno };
    super(`${SENTENCES[reason]} (${word})`, { cause });
    this.reason = reason;
    this.code = reason === 'full' ? 'storage_full' : 'storage_unavailable';
  }

  get storageFull(): boolean {
    return this.reason === 'full';
  }
}

/** The errno code of a system error, like `ENOENT`; `unknown` for anything else. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
