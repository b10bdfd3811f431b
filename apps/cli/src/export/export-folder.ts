import { exportedTaskSchema, type ExportedPicture, type ExportedTask } from '@app/contracts';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli-error.js';

const EXTENSIONS = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/bmp': 'bmp' } as const;
const TASK_FILE = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.json$/;

/** Which picture of a task. */
export type PictureKind = 'originals' | 'results';

/**
 * A folder of exported tasks: `tasks/<id>.json`, `originals/<id>.<jpg, png or bmp>`, `results/<id>.png`. The file of a task
 * comes last, so that what is there is whole; where nothing has it, its pictures are those of an export that goes on.
 */
export class ExportFolder {
  constructor(private readonly root: string) {}

  /** @throws the error of a disk. */
  async prepare(): Promise<void> {
    for (const name of ['tasks', 'originals', 'results']) {
      await mkdir(join(this.root, name), { recursive: true, mode: 0o700 });
    }
  }

  /** Ids of the tasks that are there, the oldest first. @throws CliError where this is no such folder. */
  async ids(): Promise<string[]> {
    const names = await readdir(join(this.root, 'tasks')).catch((cause: unknown) => {
      throw new CliError(`${this.root} holds no exported photos.`, { cause });
    });
    return names
      .filter((name) => TASK_FILE.test(name))
      .map((name) => name.slice(0, -'.json'.length))
      .toSorted();
  }

  /** Undefined where it is not there yet. @throws CliError for a file that was not written by an export. */
  async read(id: string): Promise<ExportedTask | undefined> {
    const path = join(this.root, 'tasks', `${id}.json`);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return exportedTaskSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new CliError(`${path} is not the file of an exported photo.`, { cause });
    }
  }

  async write(task: ExportedTask): Promise<void> {
    const path = join(this.root, 'tasks', `${task.id}.json`);
    await writeFile(`${path}.part`, `${JSON.stringify(task, null, 2)}\n`, { mode: 0o600 });
    await rename(`${path}.part`, path);
  }

  pathOf(kind: PictureKind, id: string, picture: ExportedPicture): string {
    return join(this.root, kind, `${id}.${EXTENSIONS[picture.media_type]}`);
  }

  /**
   * Keeps what `fetch` writes to the path that it is given; nothing is fetched that is there already.
   * @returns whether it is there, as the task says that it is.
   */
  async keep(
    path: string,
    picture: ExportedPicture,
    fetch: (path: string) => Promise<void>,
  ): Promise<boolean> {
    if ((await digestOf(path)) === picture.sha256) return true;
    const part = `${path}.part`;
    try {
      await fetch(part);
      if ((await digestOf(part)) !== picture.sha256) return false;
      await rename(part, path);
      return true;
    } finally {
      await rm(part, { force: true });
    }
  }
}

/** Lowercase hex SHA-256; undefined where there is no such file. */
async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
