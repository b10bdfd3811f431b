import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { TestApi } from '../../support/test-api.js';

/** What has to be so after every refusal: nothing kept, and the next photo is taken. */
export async function expectUnharmed(api: TestApi, tasksBefore: number, photo: Buffer): Promise<void> {
  expect(await api.countTasks()).toBe(tasksBefore);
  await vi.waitFor(async () => expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]));
  const next = await api.submit(photo);
  expect(next.status).toBe(202);
  const { id } = (await next.json()) as { id: string };
  expect((await api.fetch(`/v1/tasks/${id}`, { method: 'DELETE' })).status).toBe(204);
}
