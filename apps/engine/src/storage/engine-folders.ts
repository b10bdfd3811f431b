import type { FileType } from '@app/comfyui';
import { Mutex } from 'async-mutex';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';

/**
 * The folders of the engine below ENGINE_DIR: `input`, `output` and `temp` as in ComfyUI, and `uploads`, where an
 * upload lies until it is complete. Paths that would leave their folder do not resolve.
 */
export class EngineFolders {
  readonly uploads: string;
  /** Held while an upload gets its name or an old file goes, which must not cross. */
  readonly changing = new Mutex();
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
    this.uploads = join(this.root, 'uploads');
  }

  /** Makes the folders that are not there yet. */
  async create(): Promise<void> {
    const folders = [this.of('input'), this.of('output'), this.of('temp'), this.uploads];
    for (const folder of folders) await mkdir(folder, { recursive: true });
  }

  /** Empties `temp` and `uploads`, whose content means nothing after a restart; ComfyUI does so too. */
  async emptyTemporary(): Promise<void> {
    for (const folder of [this.of('temp'), this.uploads]) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
    }
  }

  of(type: FileType): string {
    return join(this.root, type);
  }

  /** The absolute path of a file or folder inside `type`, or undefined if the parts lead out of it. */
  resolve(type: FileType, ...parts: string[]): string | undefined {
    const base = this.of(type);
    if (parts.some((part) => part.includes('\0'))) return undefined;
    const path = join(base, ...parts);
    return path === base || path.startsWith(base + sep) ? path : undefined;
  }
}

/** Whether a word from outside names one of the three folders. */
export function isFileType(word: unknown): word is FileType {
  return word === 'input' || word === 'output' || word === 'temp';
}
