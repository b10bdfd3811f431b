import type { TaskNotice } from '@app/contracts';
import { TaskEventPublisher } from '@app/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { ForeignProgram } from './foreign-program.js';
import { IntakeBench } from './intake-bench.js';

describe('a sender that comes back', () => {
  const vhost = withVhost();
  let bench: IntakeBench;

  beforeAll(async () => {
    bench = await IntakeBench.start(vhost);
  });
  afterAll(() => bench.remove());

  const fail = async (taskId: string) =>
    bench.api.app.get(TaskEventPublisher).publish({
      version: 1,
      kind: 'failed',
      taskId,
      taskType: 'person',
      at: new Date().toISOString(),
      attempt: 1,
      run: 1,
      worker: 'w1',
      failure: { code: 'bad_image', message: 'It cannot be read.' },
    });

  it('hears the end where it waits now, when it sends its message again from another connection', async () => {
    const body = bench.good({ task_id: 'sent twice' });
    const id = await bench.program.sendTask(body);
    const returned = await ForeignProgram.connect(vhost);
    const again = returned.send(body);
    const present = await returned.answer(again, 'task.accepted');
    expect(present.notice.data).toMatchObject({ id, task_id: 'sent twice' });
    await fail(id);
    const { notice } = await returned.answer(again, 'task.failed');
    expect(notice.data).toMatchObject({ id, error: { code: 'bad_image' } });
    await returned.close();
    expect((await bench.tasks()).filter((task) => task.id === id)).toHaveLength(1);
  });

  it('keeps its own id beside another name of it, also where it asks for no answer', async () => {
    const events = await vhost.channel();
    const { queue } = await events.assertQueue('', { exclusive: true });
    await events.bindQueue(queue, 'photo_repair.task_events', '*.person.accepted');
    const body = bench.good({ task_id: 'scan-7', client_ref: 'box 3, page 12' });
    await vhost.publish('', 'photo_repair_tasks', Buffer.from(JSON.stringify(body)));
    const told = await vhost.take(queue);
    const { data } = JSON.parse(told.content.toString()) as TaskNotice;
    expect(data).toMatchObject({ task_id: 'scan-7', status: 'queued' });
    const row = (await bench.tasks()).find((task) => task.id === data.id);
    expect(row?.client_ref).toBe('box 3, page 12');
    await events.close();
  });
});
