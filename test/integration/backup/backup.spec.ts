import type { TaskView } from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeBackup } from '../../../apps/api/src/backup/make-backup.js';
import { restoreBackup } from '../../../apps/api/src/backup/restore-backup.js';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { readEnv } from '../../../apps/api/src/env.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { PrivateS3 } from '../../support/private-s3.js';
import { s3StoreOf } from '../../support/s3-store.js';
import { withVhost } from '../../support/vhost.js';
import { commandLine, photoOf, SmallSystem } from './small-system.js';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const databases: [string, () => Promise<(name: string) => Promise<Record<string, string>>>][] = [
  ['the embedded database', () => Promise.resolve(() => Promise.resolve({}))],
  [
    'PostgreSQL',
    async () => {
      const postgres = await PrivatePostgres.start();
      onTestFinished(() => postgres.stop());
      return async (name) => ({ DATABASE_URL: await postgres.newDatabase(name) });
    },
  ],
];

describe.each(databases)('a backup of a running system on %s', (_name, start) => {
  const before = withVhost();
  const after = withVhost();

  it('is all that is needed where everything else is gone, the messages too', async () => {
    const databaseOf = await start();
    const folder = join(await temporaryFolder(), 'nightly');
    const database = await databaseOf('before');
    const old = await SmallSystem.start({ AMQP_URL: before.url, ...database });
    const { colouriser } = old.engine;
    const done = await old.submit(2);
    await vi.waitFor(
      async () =>
        expect(await Promise.all(done.map((id) => old.stateOf(id)))).toEqual(['succeeded', 'succeeded']),
      { timeout: 30_000 },
    );
    const results = await Promise.all(done.map((id) => old.resultOf(id)));
    colouriser.hold();
    const [running, ...waiting] = await old.submit(4, 2);
    await vi.waitFor(async () => expect(await old.stateOf(running!)).toBe('running'), { timeout: 20_000 });
    // One that has run numbers behind it although no worker has begun it.
    const again = waiting.at(-1)!;
    expect((await old.api.cancel(again)).status).toBe(200);
    expect((await old.api.fetch(`/v1/tasks/${again}/retry`, { method: 'POST' })).status).toBe(200);
    // One that has waited for so long that it would be over at the next look.
    const db = old.api.app.get<Database>(DATABASE);
    await db
      .updateTable('tasks')
      .set({ deadline_at: Date.now() + 60_000 })
      .where('id', '=', waiting[0]!)
      .execute();

    const made = await commandLine(['backup', folder], { DATA_DIR: old.api.dataDir, ...database });
    expect(made).toMatchObject({ code: 0, errors: '' });
    // At least the one that the engine holds.
    expect(made.out).toMatch(/[12] running/);
    // What comes after it is not in it.
    const [late] = await old.submit(1, 9);
    const key = await readFile(join(old.api.dataDir, 'cursor.key'));
    await old.destroy();

    const dataDir = join(await temporaryFolder(), 'data');
    const fresh = { DATA_DIR: dataDir, ...(await databaseOf('after')) };
    // As if the backup were two minutes old.
    const note = JSON.parse(await readFile(join(folder, 'backup.json'), 'utf8')) as { madeAt: string };
    note.madeAt = new Date(Date.parse(note.madeAt) - 120_000).toISOString();
    await writeFile(join(folder, 'backup.json'), JSON.stringify(note));
    expect(await commandLine(['restore', folder], fresh)).toMatchObject({ code: 0, errors: '' });
    expect(await readFile(join(dataDir, 'cursor.key'))).toEqual(key);
    const restored = await SmallSystem.start({ AMQP_URL: after.url, ...fresh });
    onTestFinished(() => restored.destroy());
    const restoredDb = restored.api.app.get<Database>(DATABASE);
    const limit = await restoredDb
      .selectFrom('tasks')
      .select('deadline_at')
      .where('id', '=', waiting[0]!)
      .executeTakeFirstOrThrow();
    expect(limit.deadline_at! - Date.now()).toBeGreaterThan(60_000);

    const all = [...done, running!, ...waiting];
    await restored.untilAllEnded(all);
    for (const id of all) {
      expect(await restored.stateOf(id)).toBe('succeeded');
      // `again` was cancelled once, before it was asked for once more.
      expect(await restored.ends(id)).toEqual(id === again ? ['cancelled', 'succeeded'] : ['succeeded']);
    }
    for (const [index, id] of done.entries()) expect(await restored.resultOf(id)).toEqual(results[index]);
    const colour = await Promise.all([running!, ...waiting].map((id) => restored.resultOf(id)));
    expect(new Set(colour.map((bytes) => bytes.toString('base64'))).size).toBe(4);
    expect(await restoredDb.selectFrom('tasks').select('id').execute()).toHaveLength(6);
    expect((await restored.api.as('operator').fetch(`/v1/tasks/${late}`)).status).toBe(404);
    await after.expectReady({ 'photo_repair.work.person': 0, 'photo_repair.parking': 0 });
    // What was done is not done again.
    expect(restored.engine.colouriser.calls).toBe(4);

    const onTop = await commandLine(['restore', folder], fresh);
    expect(onTop.code).toBe(1);
    expect(onTop.errors).toMatch(/There is a database already|is not empty/);
  });
});

describe('a backup', () => {
  const vhost = withVhost();

  it('takes photos out of a bucket, and puts them into another one', async () => {
    const s3 = await PrivateS3.start();
    onTestFinished(() => s3.stop());
    const system = await SmallSystem.start({ AMQP_URL: vhost.url, ...s3.settings('before') });
    onTestFinished(() => system.destroy());
    const ids = await system.submit(2);
    await system.untilAllEnded(ids);
    const results = await Promise.all(ids.map((id) => system.resultOf(id)));
    const folder = join(await temporaryFolder(), 'backup');
    const before = { DATA_DIR: system.api.dataDir, ...s3.settings('before') };
    expect((await commandLine(['backup', folder], before)).code).toBe(0);
    const after = { DATA_DIR: `${folder}.data`, ...s3.settings('after') };
    expect((await commandLine(['restore', folder], after)).code).toBe(0);

    const store = await s3StoreOf(s3, 'after');
    const { items } = (await (await system.api.fetch('/v1/tasks')).json()) as { items: TaskView[] };
    for (const [index, id] of ids.entries()) {
      expect(await store.read(`originals/${id}.png`)).toEqual(await photoOf(index));
      const { sha256 } = items.find((task) => task.id === id)!.output!;
      expect(await store.read(`results/${id}.${sha256.slice(0, 16)}.png`)).toEqual(results[index]);
    }
    expect(existsSync(`${folder}.data/photo-repair.db`)).toBe(true);
    expect(existsSync(`${folder}.data/artifacts/originals`)).toBe(false);
  });

  it('is whole or none, goes on where it was interrupted, and is restored only as it was made', async () => {
    const system = await SmallSystem.start({ AMQP_URL: vhost.url });
    onTestFinished(() => system.destroy());
    const env = readEnv({ DATA_DIR: system.api.dataDir, WORKFLOWS_DIR: 'workflows' });
    const ids = await system.submit(3);
    await system.untilAllEnded(ids);
    const folder = join(await temporaryFolder(), 'backup');
    const unfinished = `${folder}.unfinished`;

    // Left by a backup that was killed: half a picture, one of a photo that was erased since, and a database.
    const originals = join(unfinished, 'artifacts/originals');
    await mkdir(originals, { recursive: true });
    await writeFile(join(originals, `${ids[0]}.png`), (await photoOf(0)).subarray(0, 20));
    const erased = `${randomUUID()}.png`;
    await writeFile(join(originals, erased), await photoOf(1));
    await writeFile(join(unfinished, 'database.sqlite'), 'half');
    await writeFile(join(unfinished, 'backup.json'), '{}');
    await makeBackup(env, folder, () => undefined);
    expect(existsSync(unfinished)).toBe(false);
    expect((await readdir(join(folder, 'artifacts/originals'))).sort()).toEqual(
      ids.map((id) => `${id}.png`).sort(),
    );
    expect(await readFile(join(folder, `artifacts/originals/${ids[0]}.png`))).toEqual(await photoOf(0));
    expect(await readdir(join(folder, 'workflows'))).toEqual(await readdir('workflows'));
    await expect(makeBackup(env, folder, () => undefined)).rejects.toThrow('is there already');

    const damage: [string, (copy: string) => Promise<void>, string][] = [
      [
        'a picture',
        (copy) => appendFile(join(copy, `artifacts/originals/${ids[0]}.png`), 'x'),
        `originals/${ids[0]}.png is not as it was written`,
      ],
      [
        'a picture that is gone',
        (copy) => rm(join(copy, `artifacts/originals/${ids[1]}.png`)),
        'is not there',
      ],
      ['the database', (copy) => appendFile(join(copy, 'database.sqlite'), 'x'), 'database.sqlite is not'],
      [
        'the list',
        (copy) => writeFile(join(copy, 'artifacts.jsonl'), '{"key":"../../x"}\n'),
        'artifacts.jsonl is not',
      ],
      ['the note', (copy) => rm(join(copy, 'backup.json')), 'is no whole backup'],
      [
        'a newer version',
        async (copy) => {
          const note = JSON.parse(await readFile(join(copy, 'backup.json'), 'utf8')) as object;
          await writeFile(
            join(copy, 'backup.json'),
            JSON.stringify({ ...note, migrations: ['0001-tasks', '9999-later'] }),
          );
        },
        'does not know 9999-later',
      ],
    ];
    for (const [index, [, spoil, words]] of damage.entries()) {
      const copy = `${folder}.${index}`;
      await cp(folder, copy, { recursive: true });
      await spoil(copy);
      const dataDir = `${copy}.data`;
      await expect(restoreBackup(readEnv({ DATA_DIR: dataDir }), copy)).rejects.toThrow(words);
      expect(existsSync(join(dataDir, 'photo-repair.db'))).toBe(false);
    }
    // What was interrupted there is done again.
    await restoreBackup(readEnv({ DATA_DIR: `${folder}.0.data` }), folder);
    expect(existsSync(`${folder}.0.data/photo-repair.db`)).toBe(true);

    // A picture that the store has lost is told, and the rest is there.
    await rm(join(system.api.dataDir, `artifacts/originals/${ids[2]}.png`));
    const second = await commandLine(['backup', `${folder}-2`], { DATA_DIR: system.api.dataDir });
    expect(second.code).toBe(1);
    expect(second.errors).toContain(`originals/${ids[2]}.png`);
    await restoreBackup(readEnv({ DATA_DIR: `${folder}-2.data` }), `${folder}-2`);
    expect(existsSync(`${folder}-2.data/photo-repair.db`)).toBe(true);
  });
});
