import type { OverviewView, TaskView } from '@app/contracts';
import { expect, it, onTestFinished, vi } from 'vitest';
import { photoOf } from '../backup/small-system.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';

const WORK = 'photo_repair.work.person';

const vhost = withVhost();

it('an operator reads which queue is in the way; photos wait for it and go on when it is gone', async () => {
  const channel = await vhost.channel();
  await channel.assertQueue(WORK, { durable: true, arguments: { 'x-queue-type': 'classic' } });
  const api = await TestApi.start({ AMQP_URL: vhost.url });
  onTestFinished(() => api.remove());
  const causes = async () => {
    const response = await api.as('operator').fetch('/v1/admin/overview');
    // No worker runs here, which the overview may have noticed by now.
    const others = ['storage_low', 'no_worker'];
    return ((await response.json()) as OverviewView).causes.filter(({ code }) => !others.includes(code));
  };

  await vi.waitFor(
    async () =>
      expect(await causes()).toMatchObject([
        {
          code: 'queue_unusable',
          subject: null,
          detail: expect.stringContaining(`The queue ${WORK} exists`) as string,
          runbook: 'queueunusable',
        },
      ]),
    { timeout: 15_000 },
  );
  const submitted = await api.submit(await photoOf(1), 'a.png', { type: 'person' });
  expect(submitted.status).toBe(202);
  const { id } = (await submitted.json()) as TaskView;

  await channel.deleteQueue(WORK);
  await vi.waitFor(async () => expect(await causes()).toEqual([]), { timeout: 15_000 });
  await vhost.expectReady({ [WORK]: 1 });
  expect((await api.task(id)).status).toBe('queued');
});
