import type { ArtifactStore } from '@app/artifact-store';
import type { ResultFile, TaskFile } from '../check/observation.js';
import { pixelDigest } from '../photos/numbered-photo.js';
import { FOLDERS, sha256, taskIdOf, type WatchedStore } from './artifact-files.js';

const TEMPORARY = ['uploads', 'inbox'];

/** What lies in a bucket, read as our programs read it. */
export class BucketFiles implements WatchedStore {
  constructor(private readonly store: ArtifactStore) {}

  async originals(): Promise<Map<string, string>> {
    const keys = await this.keysOf('originals');
    const digests = new Map<string, string>();
    for (const key of keys) digests.set(taskOf(key), sha256(await this.store.read(key)));
    return digests;
  }

  async results(): Promise<ResultFile[]> {
    const keys = (await this.keysOf('results')).filter((key) => key.endsWith('.png'));
    const results: ResultFile[] = [];
    // One after the other: the server that tests have is no large one.
    for (const key of keys) {
      const file = await this.store.read(key);
      results.push({ taskId: taskOf(key), key, sha256: sha256(file), pixels: await pixelDigest(file) });
    }
    return results;
  }

  async all(): Promise<TaskFile[]> {
    const keys = await Promise.all(FOLDERS.map((folder) => this.keysOf(folder)));
    return keys.flat().map((key) => ({ key, taskId: taskOf(key) }));
  }

  async temporary(): Promise<string[]> {
    return (await Promise.all(TEMPORARY.map((folder) => this.keysOf(folder)))).flat();
  }

  private async keysOf(folder: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.store.list(`${folder}/`)) keys.push(key);
    return keys;
  }
}

function taskOf(key: string): string {
  return taskIdOf(key.slice(key.indexOf('/') + 1));
}
