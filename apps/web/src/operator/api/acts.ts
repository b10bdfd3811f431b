import type { NewOperation, OperationView, PauseScope } from '@app/contracts';
import { ask } from './ask.js';

const admin = (path: string) => `/v1/admin/${path}`;
const named = (...parts: readonly string[]) => parts.map((part) => encodeURIComponent(part)).join('/');

function pausePath(scope: PauseScope, name: string | null): string {
  const where = { intake: 'intake', type: 'types', worker: 'workers' }[scope];
  return admin(`pauses/${name === null ? where : named(where, name)}`);
}

const body = (note: string) => (note.trim() === '' ? {} : { note: note.trim() });

export async function pause(scope: PauseScope, name: string | null, note: string): Promise<void> {
  await ask(pausePath(scope, name), { method: 'PUT', body: body(note) });
}

export async function resume(scope: PauseScope, name: string | null): Promise<void> {
  await ask(pausePath(scope, name), { method: 'DELETE' });
}

/** How many photos that wait changed their place. */
export async function setAlbumPriority(albumId: string, priority: number, note: string): Promise<number> {
  const path = admin(`albums/${named(albumId)}/priority`);
  const { changed } = await ask<{ changed: number }>(path, {
    method: 'PUT',
    body: { priority, ...body(note) },
  });
  return changed;
}

/** How many photos an operation would be for; nothing is done. */
export async function previewOperation({ kind, match }: NewOperation): Promise<number> {
  const path = admin('operations?preview=true');
  return (await ask<{ count: number }>(path, { method: 'POST', body: { kind, match } })).count;
}

export async function startOperation({ note = '', ...operation }: NewOperation): Promise<OperationView> {
  return ask(admin('operations'), { method: 'POST', body: { ...operation, ...body(note) } });
}

export async function stopOperation(id: string): Promise<void> {
  await ask(admin(`operations/${named(id)}`), { method: 'DELETE' });
}

export async function redeliver(id: string): Promise<void> {
  await ask(admin(`deliveries/${named(id, 'redeliver')}`), { method: 'POST' });
}

export async function cancelTask(id: string): Promise<void> {
  await ask(`/v1/tasks/${named(id, 'cancel')}`, { method: 'POST' });
}

export async function retryTask(id: string): Promise<void> {
  await ask(`/v1/tasks/${named(id, 'retry')}`, { method: 'POST' });
}
