import { describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { startPublisher } from './test-worker.js';

const WORK = 'photo_repair.work.person';
const EXPIRED = 'photo_repair.expired';

describe('a task with a waiting limit', () => {
  const vhost = withVhost();

  it('tells workers its deadline, and the broker what is left of it', async () => {
    const { tasks } = await startPublisher(vhost);
    const deadlineAt = Date.now() + 60_000;
    await tasks.publishTask(sampleTask(), { deadlineAt });
    const { properties } = await vhost.take(WORK);
    expect(properties.headers).toMatchObject({ 'x-deadline': deadlineAt, 'x-run': 0, 'x-attempt': 0 });
    expect(Number(properties.expiration)).toBeLessThanOrEqual(60_000);
    expect(Number(properties.expiration)).toBeGreaterThan(50_000);
  });

  it('is one without a limit where none is given', async () => {
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());
    const { properties } = await vhost.take(WORK);
    expect(properties.expiration).toBeUndefined();
    expect(properties.headers).not.toHaveProperty('x-deadline');
    expect(properties.headers).toMatchObject({ 'x-run': 0 });
  });

  it('may wait longer than the broker can count', async () => {
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask(), { deadlineAt: Number.MAX_SAFE_INTEGER });
    expect((await vhost.take(WORK)).properties.expiration).toBe('4294967295');
  });

  it.each([
    ['has a moment left', 1000],
    ['is late already', -60_000],
  ])('is with the overdue ones, whole, when no worker came: it %s', async (_, leftMs) => {
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    const deadlineAt = Date.now() + leftMs;
    await tasks.publishTask(task, { deadlineAt, priority: 2 });
    await vhost.expectReady({ [WORK]: 0, [EXPIRED]: 1, 'photo_repair.parking': 0, photo_repair_tasks: 0 });
    const { content, properties } = await vhost.take(EXPIRED);
    expect(JSON.parse(content.toString())).toEqual(task);
    expect(properties).toMatchObject({ messageId: task.taskId, priority: 2 });
    expect(properties.headers).toMatchObject({ 'x-deadline': deadlineAt, 'x-run': 0 });
    expect(properties.expiration).toBeUndefined();
  });
});
