import { LocalArtifactStore } from '@app/artifact-store';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { AlbumLinkRow, Database, OwnerRow } from '../../../apps/api/src/database/schema.js';
import { toOwner } from '../../../apps/api/src/access/owners.store.js';
import { hashToken, newToken } from '../../../apps/api/src/access/token.js';
import { readDownloadKey } from '../../../apps/api/src/downloads/download-key.js';
import { DownloadTokens } from '../../../apps/api/src/downloads/download-tokens.js';
import { originalThumbnailKey } from '../../../apps/api/src/tasks/task-pictures.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import type { TestApi } from '../../support/test-api.js';
import { TestCaller } from '../../support/test-caller.js';
import { insertTask, newTask } from '../api/sample-tasks.js';
import { insertDeliveries, newDelivery } from '../webhooks/sample-deliveries.js';
import type { Role, Rule, Subject } from './access-table.js';
import { insertAlbum } from './sample-album.js';

/** What somebody has: an album and a task in it. */
interface Belongings {
  ownerId: string;
  albumId: string;
  taskId: string;
  linkId: string;
  /** Of the outcome of the task. */
  deliveryId: string;
  /** Of a link to the result of the task. */
  downloadToken: string;
}

/** Somebody who tries every route. */
export interface Player {
  name: string;
  role: Role;
  caller: TestCaller;
  own: Belongings | null;
  foreign: Belongings;
  /** An upload that it has begun itself, where it may begin one. */
  upload: string | null;
  foreignUpload: string;
}

const PAST = Date.now() - 1000;

/** Everybody who tries a route, with what they have; made anew for each route, for it may destroy something. */
export class AccessCast {
  private readonly db: Database;
  private readonly tasks: TasksStore;
  private readonly files: LocalArtifactStore;
  private readonly tokens: DownloadTokens;

  constructor(private readonly api: TestApi) {
    this.db = api.app.get<Database>(DATABASE);
    this.tasks = api.app.get(TasksStore);
    this.files = new LocalArtifactStore(join(api.dataDir, 'artifacts'));
    this.tokens = new DownloadTokens(readDownloadKey(api.dataDir));
  }

  async gather(): Promise<Player[]> {
    await this.operation();
    const [anna, bert, keyA, keyB] = await this.owners(
      { kind: 'visitor' },
      { kind: 'visitor' },
      { kind: 'key' },
      { kind: 'key' },
    );
    const [viewGuest, editGuest, viewer, operator, revoked, expired] = await this.owners(
      { kind: 'visitor' },
      { kind: 'visitor' },
      { kind: 'key', role: 'viewer' },
      { kind: 'key', role: 'operator' },
      { kind: 'key', revoked_at: PAST },
      { kind: 'key', expires_at: PAST },
    );
    const ofAnna = await this.belongings(anna!.row);
    // Somebody else's to everybody, also to those to whom Anna has opened an album.
    const alsoAnnas = await this.belongings(anna!.row);
    const ofBert = await this.belongings(bert!.row);
    const view = await this.link(ofAnna, { access: 'view' });
    const edit = await this.link(ofAnna, { access: 'edit' });
    const deadLinks = [
      await this.link(ofAnna, { access: 'edit', revoked_at: PAST }),
      await this.link(ofAnna, { access: 'edit', expires_at: PAST }),
    ];
    await this.open(viewGuest!.row, view.row);
    await this.open(editGuest!.row, edit.row);
    for (const { row } of deadLinks) await this.open(bert!.row, row);
    const guest = { own: ofAnna, foreign: alsoAnnas };
    const players: [string, Role, TestCaller, Belongings | null, Belongings][] = [
      ['nobody', 'nobody', new TestCaller(this.api.url, ''), null, ofAnna],
      ['visitor A', 'visitor', anna!.caller, ofAnna, ofBert],
      ['visitor B, who had opened links of A that ended', 'visitor', bert!.caller, ofBert, ofAnna],
      ['key A', 'key', keyA!.caller, await this.belongings(keyA!.row), ofAnna],
      ['key B', 'key', keyB!.caller, await this.belongings(keyB!.row), await this.belongings(keyA!.row)],
      ['a visitor who opened a view link', 'view guest', viewGuest!.caller, guest.own, guest.foreign],
      ['a visitor who opened an edit link', 'edit guest', editGuest!.caller, guest.own, guest.foreign],
      ['a view link', 'view link', view.caller, guest.own, guest.foreign],
      ['an edit link', 'edit link', edit.caller, guest.own, guest.foreign],
      ['a viewer', 'viewer', viewer!.caller, await this.belongings(viewer!.row), ofAnna],
      ['a revoked key', 'dead', revoked!.caller, await this.belongings(revoked!.row), ofAnna],
      ['an expired key', 'dead', expired!.caller, await this.belongings(expired!.row), ofAnna],
      ['a revoked link', 'dead', deadLinks[0]!.caller, ofAnna, ofBert],
      ['an expired link', 'dead', deadLinks[1]!.caller, ofAnna, ofBert],
      ['a wrong key', 'dead', new TestCaller(this.api.url, newToken('key')), ofAnna, ofBert],
      // Last, for they may destroy what is somebody else's.
      ['an operator', 'operator', operator!.caller, await this.belongings(operator!.row), ofBert],
    ];
    const senders = [anna!, bert!, keyA!, keyB!, viewGuest!, editGuest!, view, edit, viewer!, operator!];
    const uploads = new Map<TestCaller, string>();
    for (const { row, caller } of senders) uploads.set(caller, await this.upload(row.id));
    return players.map(([name, role, caller, own, foreign]) => ({
      name,
      role,
      caller,
      own,
      foreign,
      upload: uploads.get(caller) ?? null,
      foreignUpload: uploads.get((caller === anna!.caller ? bert! : anna!).caller)!,
    }));
  }

  private async owners(
    ...chosen: (Pick<OwnerRow, 'kind'> & Partial<OwnerRow>)[]
  ): Promise<{ row: OwnerRow; caller: TestCaller }[]> {
    const made = chosen.map((each) => {
      const token = newToken(each.kind);
      const caller = new TestCaller(this.api.url, each.kind === 'key' ? token : undefined);
      if (each.kind === 'visitor') caller.cookie = `photo_repair_visitor=${token}`;
      return { row: toOwner({ ...each, token_hash: hashToken(token) }), caller };
    });
    await this.db
      .insertInto('owners')
      .values(made.map(({ row }) => row))
      .execute();
    return made;
  }

  private async belongings(owner: OwnerRow): Promise<Belongings> {
    const albumId = await insertAlbum(this.db, owner.id);
    const id = uuidv7();
    const key = `originals/${id}.jpg`;
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    for (const each of [key, originalThumbnailKey(id)]) await this.files.put(each, photo, 'image/jpeg');
    const task = newTask({ id, ownerId: owner.id, albumId });
    await insertTask(this.tasks, { ...task, original: { ...task.original, key, mediaType: 'image/jpeg' } });
    const { row } = await this.link({ albumId }, { access: 'view' });
    const [delivery] = await insertDeliveries(
      this.db,
      newDelivery({ owner_id: owner.id, task_id: id, state: 'failed', next_at: null }),
    );
    return {
      ownerId: owner.id,
      albumId,
      taskId: id,
      linkId: row.id,
      deliveryId: delivery!.id,
      downloadToken: await this.downloadToken(owner),
    };
  }

  /** One for all, which is done already. */
  private async operation(): Promise<void> {
    const row = {
      id: OPERATION,
      kind: 'discard' as const,
      match: '{}',
      total: 0,
      done: 0,
      skipped: 0,
      state: 'finished' as const,
      per_second: 1,
      by_id: UNKNOWN,
      by_name: 'operator',
      note: null,
      created_at: PAST,
      finished_at: PAST,
      reached: '',
      batch: null,
      claimed_by: '',
      claimed_until: 0,
      swept: 1,
    };
    await this.db
      .insertInto('operations')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  private async upload(senderId: string): Promise<string> {
    const upload = { sender_id: senderId, bytes: 1, metadata: 'filename YQ==', created_at: Date.now() };
    const id = uuidv7();
    await this.db
      .insertInto('uploads')
      .values({ id, ...upload })
      .execute();
    return id;
  }

  /** Of a task that has a result. */
  private async downloadToken(owner: OwnerRow): Promise<string> {
    const task = await insertTask(this.tasks, newTask({ id: uuidv7(), ownerId: owner.id }));
    const key = `results/${task.id}.png`;
    await this.files.put(key, Buffer.from('a picture'), 'image/png');
    const result = JSON.stringify({ ...(JSON.parse(task.original) as object), key });
    await this.db.updateTable('tasks').set({ result }).where('id', '=', task.id).execute();
    return this.tokens.issue(task.id, task.expires_at).token;
  }

  private async link({ albumId }: { albumId: string }, chosen: Partial<AlbumLinkRow>) {
    const token = newToken('link');
    const row: AlbumLinkRow = {
      id: uuidv7(),
      album_id: albumId,
      token_hash: hashToken(token),
      access: 'view',
      created_at: Date.now(),
      expires_at: null,
      revoked_at: null,
      ...chosen,
    };
    await this.db.insertInto('album_links').values(row).execute();
    return { row, caller: new TestCaller(this.api.url, token) };
  }

  private async open(owner: OwnerRow, link: AlbumLinkRow): Promise<void> {
    const grant = { owner_id: owner.id, link_id: link.id, album_id: link.album_id };
    await this.db.insertInto('album_grants').values(grant).execute();
  }
}

const UNKNOWN = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const OPERATION = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3d';

/** The path of a route with the ids of what it is to be about. */
export function pathOf(path: string, rule: Rule, player: Player, subject: Subject | null): string {
  if (path === '/v1/admin/keys/:id') return path.replace(':id', player.own?.ownerId ?? UNKNOWN);
  if (path.startsWith('/v1/admin/operations/')) return path.replace(':id', OPERATION);
  if (path.startsWith('/v1/admin/tasks/')) return path.replace(':id', player.foreign.taskId);
  if (path.startsWith('/v1/admin/deliveries/')) return path.replace(':id', player.foreign.deliveryId);
  if (path.startsWith('/v1/deliveries/:id')) return path.replace(':id', player.own?.deliveryId ?? UNKNOWN);
  const named = subject === 'own' ? player.own : player.foreign;
  const mine = subject === 'own' ? player.upload : player.foreignUpload;
  const id =
    subject === 'unknown'
      ? UNKNOWN
      : subject === 'malformed'
        ? '%27%20or%201=1--'
        : rule.endsWith('upload')
          ? mine
          : rule.endsWith('task')
            ? named?.taskId
            : named?.albumId;
  return path
    .replace(':linkId', named?.linkId ?? UNKNOWN)
    .replace(':token', player.foreign.downloadToken)
    .replace(':name', 'museum')
    .replace(':id', id ?? UNKNOWN);
}
