import { openArtifactStore } from '@app/artifact-store';
import { productVersion } from '@app/runtime';
import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { taskIdOf } from '../erasure/erased-keys.js';
import { openDatabase } from '../database/open-database.js';
import type { Database } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import {
  describeFile,
  flush,
  listed,
  NOTE,
  UNFINISHED,
  type BackedUp,
  type BackupNote,
} from './backup-folder.js';
import { BackupError } from './backup.errors.js';
import { CopiedArtifacts } from './copied-artifacts.js';
import { copyDatabase, type CopiedDatabase } from './copy-database.js';
import { SECRETS } from './secrets.js';

/** Photos may be erased while they are copied; the database is copied once more then, which is quick the second time. */
const MOST_ROUNDS = 5;

type Env = Pick<ApiEnv, 'databaseUrl' | 'dataDir' | 'artifacts' | 'workflowsDir'>;
type Tell = (line: string) => void;

/**
 * Makes a backup of a system that may be running: the database first, then every artifact that it names, since these are
 * stored before the database names them and never change. The folder gets its name when all of it is there; another call
 * goes on with what an earlier one has left.
 * @throws BackupError.
 */
export async function makeBackup(env: Env, target: string, tell: Tell): Promise<BackupNote> {
  const folder = resolve(target);
  if (existsSync(folder)) throw new BackupError(`${folder} is there already. Name a folder that is not.`);
  if (env.databaseUrl.startsWith('file:') && !existsSync(env.databaseUrl.slice('file:'.length))) {
    throw new BackupError('There is no database to back up: check DATA_DIR and DATABASE_URL.');
  }
  const unfinished = `${folder}${UNFINISHED}`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await rm(join(unfinished, NOTE), { force: true });
  const db = openDatabase(env.databaseUrl);
  try {
    const note = await copyAll(db, env, unfinished, tell);
    await copyFiles(env, unfinished);
    await writeFile(join(unfinished, NOTE), `${JSON.stringify(note, null, 2)}\n`);
    await flush(join(unfinished, NOTE));
    await flush(unfinished);
    await rename(unfinished, folder);
    await flush(dirname(folder));
    return note;
  } finally {
    await db.destroy();
  }
}

async function copyAll(db: Database, env: Env, folder: string, tell: Tell): Promise<BackupNote> {
  const store = await openArtifactStore(env.artifacts);
  const artifacts = new CopiedArtifacts(store, join(folder, 'artifacts'));
  for (let round = 1; ; round += 1) {
    const database = await writeList(db, env.databaseUrl, folder);
    const named = new Set<string>();
    const missing: string[] = [];
    let bytes = 0;
    for await (const artifact of listed(folder)) {
      named.add(artifact.key);
      if (await artifacts.take(artifact)) bytes += artifact.bytes;
      else missing.push(artifact.key);
      if (named.size % 1000 === 0) tell(`${named.size} pictures`);
    }
    if (round < MOST_ROUNDS && (await anyErased(db, missing))) continue;
    await artifacts.keepOnly(named);
    const { file, ...facts } = database;
    return {
      version: 1,
      product: productVersion,
      ...facts,
      database: await describeFile(folder, file),
      list: await describeFile(folder, 'artifacts.jsonl'),
      artifacts: named.size - missing.length,
      bytes,
      missing,
    };
  }
}

async function writeList(db: Database, databaseUrl: string, folder: string): Promise<CopiedDatabase> {
  const list = createWriteStream(join(folder, 'artifacts.jsonl'));
  const named = async (artifact: BackedUp) => {
    if (!list.write(`${JSON.stringify(artifact)}\n`)) await once(list, 'drain');
  };
  const database = await copyDatabase(db, databaseUrl, folder, named);
  list.end();
  await finished(list);
  return database;
}

/** Whether the tasks of some of these files are gone by now. */
async function anyErased(db: Database, keys: readonly string[]): Promise<boolean> {
  for (const id of new Set(keys.flatMap((key) => taskIdOf(key) ?? []))) {
    const row = await db.selectFrom('tasks').select('id').where('id', '=', id).executeTakeFirst();
    if (row === undefined) return true;
  }
  return false;
}

/** What else the installation has: its workflows and its keys. */
async function copyFiles({ workflowsDir, dataDir }: Env, folder: string): Promise<void> {
  if (existsSync(workflowsDir)) await cp(workflowsDir, join(folder, 'workflows'), { recursive: true });
  const secrets = join(folder, 'secrets');
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  for (const name of SECRETS) {
    if (existsSync(join(dataDir, name))) await cp(join(dataDir, name), join(secrets, name));
  }
}
