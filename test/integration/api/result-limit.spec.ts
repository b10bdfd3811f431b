import type { Problem, TaskView } from '@app/contracts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { TestApi } from '../../support/test-api.js';

it('refuses a photo that would become larger than a result may be, and keeps nothing of it', async () => {
  const api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1' });
  onTestFinished(() => api.remove());
  const photo = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'grey' } })
    .jpeg()
    .toBuffer();
  const send = (scale: number) =>
    api.submit(photo, 'large.jpg', { type: 'upscale', params: JSON.stringify({ scale }) });

  const refused = await send(3);
  expect(refused.status).toBe(422);
  const problem = (await refused.json()) as Problem;
  expect(problem.code).toBe('image_too_many_pixels');
  expect(problem.detail).toContain('12,000,000');
  expect(problem.detail).toContain('11,111,111');
  const kept = await readdir(join(api.dataDir, 'artifacts'), { recursive: true, withFileTypes: true });
  expect(kept.filter((entry) => entry.isFile())).toEqual([]);

  const taken = await send(2.5);
  expect(taken.status).toBe(202);
  expect(((await taken.json()) as TaskView).parameters).toEqual({ scale: 2.5 });
});
