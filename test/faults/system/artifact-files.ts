import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultFile, TaskFile } from '../check/observation.js';
import { pixelDigest } from '../photos/numbered-photo.js';

/** Of parts of files, of photos that are brought by the bridge, and (beside the store) of photos that are checked. */
const TEMPORARY = ['.parts', 'inbox', '../incoming'];
/** Of tasks. */
export const FOLDERS = ['originals', 'thumbnails', 'canonical', 'results', 'ledger'];

/** What lies in an artifact store, wherever that is. */
export interface WatchedStore {
  /** Digest of each original, by task id. */
  originals(): Promise<Map<string, string>>;
  /** Every result picture, also those that nothing refers to. */
  results(): Promise<ResultFile[]>;
  /** Every file, by its key. */
  all(): Promise<TaskFile[]>;
  /** Files that are of use only while something is under way. */
  temporary(): Promise<string[]>;
}

/** The files of the artifact store below `root`, past the store itself. */
export class ArtifactFiles implements WatchedStore {
  constructor(private readonly root: string) {}

  async originals(): Promise<Map<string, string>> {
    const files = await this.filesOf('originals');
    const digests = await Promise.all(
      files.map(async (name) => [taskIdOf(name), sha256(await this.read('originals', name))] as const),
    );
    return new Map(digests);
  }

  async results(): Promise<ResultFile[]> {
    const names = (await this.filesOf('results')).filter((name) => name.endsWith('.png'));
    return Promise.all(
      names.map(async (name) => {
        const file = await this.read('results', name);
        return {
          taskId: taskIdOf(name),
          key: `results/${name}`,
          sha256: sha256(file),
          pixels: await pixelDigest(file),
        };
      }),
    );
  }

  async all(): Promise<TaskFile[]> {
    const folders = await Promise.all(
      FOLDERS.map(async (folder) => (await this.filesOf(folder)).map((name) => ({ folder, name }))),
    );
    return folders.flat().map(({ folder, name }) => ({ key: `${folder}/${name}`, taskId: taskIdOf(name) }));
  }

  async temporary(): Promise<string[]> {
    const folders = await Promise.all(
      TEMPORARY.map(async (folder) => (await this.filesOf(folder)).map((name) => `${folder}/${name}`)),
    );
    return folders.flat();
  }

  private filesOf(folder: string): Promise<string[]> {
    return readdir(join(this.root, folder)).catch(ifAbsent<string[]>([]));
  }

  private read(folder: string, name: string): Promise<Buffer> {
    return readFile(join(this.root, folder, name));
  }
}

export function taskIdOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

export function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function ifAbsent<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return instead;
    throw error;
  };
}
