import { execFile } from 'node:child_process';
import { mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

const run = promisify(execFile);
/** More than the 5 GB below which a disk counts as nearly full. Memory is only used for what lies on it. */
const LARGE = '30g';

/** A disk of our own that gets full, or takes no writes, when it is told to. */
export interface SmallDisk {
  folder: string;
  /** What every program that uses it has to be started with. */
  preload: string[];
  settings: Record<string, string>;
  /** What is on it stays; nothing more can be written. */
  fill: () => Promise<void>;
  /** As after an error of a real one: whoever writes is refused. */
  writeProtect: () => Promise<void>;
  mend: () => Promise<void>;
  remove: () => Promise<void>;
}

/** A real file system in memory where this user may mount one, else a pretended one. */
export async function startSmallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-outage-disk-'));
  try {
    await asRoot('mount', '-t', 'tmpfs', '-o', `size=${LARGE},mode=0777`, 'tmpfs', folder);
  } catch (error) {
    console.log(`The disk is a pretended one, since none can be mounted here: ${String(error)}`);
    return pretendedDisk(folder);
  }
  return mountedDisk(folder);
}

function mountedDisk(folder: string): SmallDisk {
  const remount = (options: string) => asRoot('mount', '-o', `remount,${options}`, folder);
  return {
    folder,
    preload: [],
    settings: {},
    // A program may write something in between, and what is there has to fit.
    fill: () =>
      vi.waitFor(async () => {
        const { blocks, bfree, bsize } = await statfs(folder);
        await remount(`size=${Math.max(1, blocks - bfree) * bsize}`);
      }),
    writeProtect: () => remount('ro'),
    mend: () => remount(`rw,size=${LARGE}`),
    remove: async () => {
      await asRoot('umount', '-l', folder);
      await rmdir(folder);
    },
  };
}

/** The programs' own calls are refused as a file system would (`pretended-disk.mjs`). */
function pretendedDisk(folder: string): SmallDisk {
  const state = `${folder}.state`;
  return {
    folder,
    preload: ['./test/e2e/outages/pretended-disk.mjs'],
    settings: { PRETENDED_DISK: folder },
    fill: () => writeFile(state, 'full'),
    writeProtect: () => writeFile(state, 'read-only'),
    mend: () => rm(state),
    remove: () =>
      Promise.all([rm(folder, { recursive: true }), rm(state, { force: true })]).then(() => undefined),
  };
}

async function asRoot(program: string, ...args: string[]): Promise<void> {
  if (process.getuid?.() === 0) await run(program, args);
  else await run('sudo', ['-n', program, ...args]);
}
