import type { TaskView } from '@app/contracts';
import { createLogger } from '@app/runtime';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { register } from 'prom-client';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../../apps/worker/src/create-app.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { addPhotos, itemsOf, makeAlbum, readAll } from '../albums/album-api.js';

/** What the first round of the sweeper missed, after 20 s at the most, is for the next one, after 120 s more at the most. */
const WITHIN_MS = 160_000;

describe('Erasing what a worker is at', () => {
  const vhost = withVhost();
  let api: TestApi;
  let engine: TestEngine;
  let stopWorker: () => Promise<void>;
  let photo: Buffer;

  beforeAll(async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    photo = await sharp({ create: { width: 120, height: 90, channels: 3, background: '#888', noise } })
      .png()
      .toBuffer();
    engine = await startEngine();
    api = await TestApi.start({ AMQP_URL: vhost.url });
    // Metrics live in one registry per process.
    register.clear();
    const env = readEnv({
      AMQP_URL: vhost.url,
      DATA_DIR: api.dataDir,
      WORKFLOWS_DIR: resolve('workflows'),
      TASK_TYPES: 'person',
      COMFYUI_URLS: engine.url,
      ENGINE_WARM_UP: 'false',
      WORKER_NAME: 'w1',
    });
    const worker = await createApp(env, createLogger('worker', 'silent'));
    await worker.listen(0, '127.0.0.1');
    await worker.startAllMicroservices();
    stopWorker = () => worker.close();
  });
  beforeEach(() => engine.colouriser.release());
  afterAll(async () => {
    await stopWorker();
    await api.remove();
    await engine.remove();
  });

  async function submit(count: number): Promise<{ albumId: string; ids: string[] }> {
    const { id: albumId } = await makeAlbum(api);
    const photos = Array.from({ length: count }, (_, index): [string, Buffer] => [`${index}.png`, photo]);
    const items = await itemsOf(await addPhotos(api, albumId, photos));
    return { albumId, ids: items.map((item) => item.task!.id) };
  }

  const statesOf = async (albumId: string) =>
    (await readAll<TaskView>(api, `/v1/albums/${albumId}/tasks`)).map((task) => task.status);

  /** Every file of these tasks in the data folder; pictures of theirs in the engine. */
  async function leftOf(ids: readonly string[]): Promise<string[]> {
    const isOfOne = (path: string) => ids.some((id) => path.includes(id));
    const stored = (await readdir(api.dataDir, { recursive: true })).filter(isOfOne);
    const held: string[] = [];
    for (const entry of await readdir(engine.dir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !isOfOne(path) || !path.endsWith('.png')) continue;
      const { width } = await sharp(await readFile(path)).metadata();
      // The engine's protocol knows no way to delete a file; one pixel is put in its place.
      if (width !== 1) held.push(path);
    }
    return [...stored, ...held];
  }

  const expectNothingLeft = (ids: readonly string[]) =>
    vi.waitFor(async () => expect(await leftOf(ids)).toEqual([]), { timeout: WITHIN_MS, interval: 250 });

  it(
    'leaves nothing of a photo that is being coloured, nor of those behind it',
    { timeout: 220_000 },
    async () => {
      engine.colouriser.hold();
      const { albumId, ids } = await submit(4);
      await vi.waitFor(() => expect(engine.colouriser.busy).toBe(1), { timeout: 20_000 });
      expect((await api.send('DELETE', `/v1/albums/${albumId}`)).status).toBe(204);
      for (const id of ids) expect((await api.fetch(`/v1/tasks/${id}`)).status).toBe(404);
      await vi.waitFor(() => expect(engine.colouriser.busy).toBe(0), { timeout: 20_000 });
      await expectNothingLeft(ids);
    },
  );

  it('leaves nothing of finished photos', { timeout: 220_000 }, async () => {
    const { albumId, ids } = await submit(2);
    await vi.waitFor(async () => expect(await statesOf(albumId)).toEqual(['succeeded', 'succeeded']), {
      timeout: 30_000,
    });
    expect((await api.send('DELETE', `/v1/albums/${albumId}`)).status).toBe(204);
    await expectNothingLeft(ids);
  });

  it('leaves nothing whenever it comes while results are stored', { timeout: 120_000 }, async () => {
    const erased: string[] = [];
    for (let round = 0; round < 8; round++) {
      engine.colouriser.hold();
      const { albumId, ids } = await submit(1);
      await vi.waitFor(() => expect(engine.colouriser.busy).toBe(1), { timeout: 20_000 });
      engine.colouriser.release();
      // Not a wait for anything: each round hits another moment of the worker's last steps.
      await pause(round * 15);
      expect((await api.send('DELETE', `/v1/albums/${albumId}`)).status).toBe(204);
      erased.push(...ids);
    }
    await expectNothingLeft(erased);
    // The worker is as well as before.
    const { albumId } = await submit(1);
    await vi.waitFor(async () => expect(await statesOf(albumId)).toEqual(['succeeded']), { timeout: 30_000 });
  });
});
