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

const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * The store cannot be read or written now; the same call may succeed later. `code` is `storage_full` when there is
 * no room (`ENOSPC`, or `EDQUOT` for a quota), which is the HTTP problem code too. What the system said is in
 * `cause`, and may name paths: for the log only.
 */
export class ArtifactStoreUnavailable extends Error {
  override readonly name = 'ArtifactStoreUnavailable';
  readonly code: 'storage_full' | 'storage_unavailable';

  constructor(cause: unknown) {
    const errno = errnoOf(cause);
    const storageFull = FULL.includes(errno);
    super(storageFull ? 'the artifact store is full' : `the artifact store is not available (${errno})`, {
      cause,
    });
    this.code = storageFull ? 'storage_full' : 'storage_unavailable';
  }

  get storageFull(): boolean {
    return this.code === 'storage_full';
  }
}

/** The errno code of a system error, like `ENOENT`; `unknown` for anything else. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
