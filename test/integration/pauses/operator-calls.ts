import type { AuditEntryView, PauseView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { TestCaller } from '../../support/test-caller.js';

export const PHOTO = 'test/fixtures/photos/grace-hopper.jpg';
export const PERSON = 'photo_repair.work.person';
export const BUILDING = 'photo_repair.work.building';

/** An operator who stops things and lets them go on. */
export class OperatorCalls {
  constructor(readonly caller: TestCaller) {}

  async pause(what: string, note?: string): Promise<PauseView> {
    const answer = await this.caller.send('PUT', `/v1/admin/pauses/${what}`, { note });
    expect(answer.status).toBe(200);
    return (await answer.json()) as PauseView;
  }

  async resume(what: string): Promise<void> {
    expect((await this.caller.send('DELETE', `/v1/admin/pauses/${what}`)).status).toBe(204);
  }

  async pauses(): Promise<PauseView[]> {
    return this.items('/v1/admin/pauses');
  }

  /** The newest first. */
  async audit(limit = 100): Promise<AuditEntryView[]> {
    return this.items(`/v1/admin/audit?limit=${limit}`);
  }

  /** A key of that role. */
  async keyOf(role: 'user' | 'viewer' | 'operator', name: string = role): Promise<string> {
    const answer = await this.caller.send('POST', '/v1/admin/keys', { name, role });
    return ((await answer.json()) as { token: string }).token;
  }

  private async items<T>(path: string): Promise<T[]> {
    const answer = await this.caller.fetch(path);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { items: T[] }).items;
  }
}

/** Sends photos one after the other. @returns their ids. */
export async function submitMany(caller: TestCaller, count: number, type = 'person'): Promise<string[]> {
  const photo = await readFile(PHOTO);
  const ids: string[] = [];
  while (ids.length < count) {
    const answer = await caller.submit(photo, 'a.jpg', { type });
    expect(answer.status).toBe(202);
    ids.push(((await answer.json()) as { id: string }).id);
  }
  return ids;
}
