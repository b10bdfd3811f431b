import { ArtifactNotFound, LocalArtifactStore, type ArtifactStore } from '@app/artifact-store';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { BackedUp } from './backup-folder.js';

/** The folders of the store whose artifacts a backup has. */
const FOLDERS = ['originals/', 'results/'];

/** The artifacts of one backup. What lies there whole is not copied again, and what the backup does not name goes. */
export class CopiedArtifacts {
  private readonly copy: LocalArtifactStore;
  /** Copied by this process, or looked at. */
  private readonly whole = new Map<string, string>();

  constructor(
    private readonly store: ArtifactStore,
    root: string,
  ) {
    this.copy = new LocalArtifactStore(root);
  }

  /** @returns false where the store does not have it, or other bytes than it was stored with. */
  async take(artifact: BackedUp): Promise<boolean> {
    const { key, sha256, mediaType } = artifact;
    if (this.whole.get(key) === sha256) return true;
    if ((await digestOf(this.copy, key)) !== sha256) {
      try {
        const { stream } = await this.store.open(key);
        const stored = await this.copy.put(key, stream, mediaType);
        if (stored.sha256 !== sha256) {
          await this.copy.delete(key);
          return false;
        }
      } catch (error) {
        if (error instanceof ArtifactNotFound) return false;
        throw error;
      }
    }
    this.whole.set(key, sha256);
    return true;
  }

  /** Removes what is not named: of an earlier try, or of what was erased meanwhile. */
  async keepOnly(named: ReadonlySet<string>): Promise<void> {
    for (const folder of FOLDERS) {
      const left: string[] = [];
      for await (const key of this.copy.list(folder)) if (!named.has(key)) left.push(key);
      await this.copy.deleteAll(left);
    }
  }
}

/** Lowercase hex SHA-256 of what lies under a key; undefined where nothing does. */
export async function digestOf(store: ArtifactStore, key: string): Promise<string | undefined> {
  try {
    const hash = createHash('sha256');
    const { stream } = await store.open(key);
    await pipeline(stream, hash);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof ArtifactNotFound) return undefined;
    throw error;
  }
}
