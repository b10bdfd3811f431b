import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestCaller } from '../../support/test-caller.js';
import { withVhost } from '../../support/vhost.js';
import { IntakeBench } from '../intake/intake-bench.js';
import { OperatorCalls, PHOTO, submitMany } from './operator-calls.js';

const INGRESS = 'photo_repair_tasks';
const VOUCHED = 'photo_repair.vouched';

describe('a paused intake', () => {
  const vhost = withVhost();
  let bench: IntakeBench;
  let operator: OperatorCalls;
  let photo: Buffer;

  beforeAll(async () => {
    photo = await readFile(PHOTO);
    bench = await IntakeBench.start(vhost);
    operator = new OperatorCalls(bench.api.as('operator'));
  });
  afterAll(() => bench.remove());

  async function expectRefused(answer: Response): Promise<void> {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ code: 'intake_paused' });
  }

  const toAlbum = (caller: TestCaller, albumId: string) => {
    const body = new FormData();
    body.append('type', 'person');
    body.append('image', new Blob([new Uint8Array(photo)]), 'a.jpg');
    return caller.fetch(`/v1/albums/${albumId}/tasks`, { method: 'POST', body });
  };
  const beginUpload = (caller: TestCaller) =>
    caller.fetch('/v1/uploads', {
      method: 'POST',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Length': String(photo.length),
        'Upload-Metadata': `filename ${btoa('a.jpg')}`,
      },
    });

  it('refuses photos of every kind with when to come again, and goes on with what it has', async () => {
    const { api } = bench;
    const made = await api.send('POST', '/v1/albums', { title: 'before' });
    const album = (await made.json()) as { id: string };
    const [before] = await submitMany(api, 1);
    const pause = await operator.pause('intake', 'the disk is being changed');
    expect(pause).toMatchObject({ scope: 'intake', name: null, note: 'the disk is being changed' });
    await expectRefused(await api.submit(photo));
    await expectRefused(
      await api.send('POST', '/v1/tasks', { type: 'person', image_url: `${bench.host.url}/photo.jpg` }),
    );
    await expectRefused(await toAlbum(api, album.id));
    await expectRefused(await beginUpload(api));
    expect((await api.cancel(before!)).status).toBe(200);
    expect((await api.fetch(`/v1/tasks/${before}/retry`, { method: 'POST' })).status).toBe(200);
    expect(await api.ready()).toBe(true);
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toContain('photo_repair_paused{scope="intake",name=""} 1');
    await operator.resume('intake');
    expect((await toAlbum(api, album.id)).status).toBe(202);
    expect((await beginUpload(api)).status).toBe(201);
    expect(await (await fetch(`${api.url}/metrics`)).text()).not.toContain('photo_repair_paused{');
  });

  it('leaves the messages of other systems and of the bridge in their queues, and takes each later', async () => {
    await operator.pause('intake');
    await expect.poll(async () => (await vhost.queue(INGRESS))?.consumers, { timeout: 15_000 }).toBe(0);
    const sent = bench.program.send(bench.good({ task_id: 'meanwhile' }));
    await vhost.expectReady({ [INGRESS]: 1, 'photo_repair.parking': 0 });
    expect((await vhost.queue(VOUCHED))!.consumers).toBe(0);
    expect(await bench.tasks()).not.toContainEqual(expect.objectContaining({ client_ref: 'meanwhile' }));
    await operator.resume('intake');
    await bench.program.answer(sent, 'task.accepted');
    await vhost.expectReady({ [INGRESS]: 0, 'photo_repair.parking': 0 });
    await expect.poll(async () => (await vhost.queue(VOUCHED))?.consumers).toBe(1);
  });

  it('stays paused over a restart', async () => {
    await operator.pause('intake', 'over night');
    await bench.api.close();
    const again = await bench.startAgain();
    try {
      await expectRefused(await again.api.submit(photo));
      expect(await new OperatorCalls(again.api.as('operator')).pauses()).toMatchObject([
        { scope: 'intake', name: null, note: 'over night', by: { name: 'operator' } },
      ]);
      expect((await vhost.queue(INGRESS))!.consumers).toBe(0);
    } finally {
      await again.api.close();
    }
  });
});
