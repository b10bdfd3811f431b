import type { Settlement } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { TestTap } from './test-tap.js';
import { gate, startPublisher, startWorker } from './test-worker.js';

const QUEUE = 'photo_repair.work.person';

describe.each([
  ['one task type', ['person']],
  ['several task types', ['person', 'building']],
])('a worker for %s that looks ahead', (_, taskTypes) => {
  const vhost = withVhost();

  it('by 0 leaves the next task to idle workers', async () => {
    const busy = await lookingAhead(0);
    const [, second] = await busy.publish(2);
    await expect.poll(() => busy.begun.length, { timeout: 15_000 }).toBe(1);
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(busy.staged).toEqual([]);
    expect(await takenByAnother()).toMatchObject({ taskId: second, run: 1 });
    busy.releases[0]!.open({ kind: 'done' });
    await busy.server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('by 1 takes the next task, tells of it once, and begins it before any other', async () => {
    const busy = await lookingAhead(1);
    const [first, second, third] = await busy.publish(3);
    await expect.poll(() => busy.staged, { timeout: 15_000 }).toEqual([second]);
    // In hand, not begun; the one after it is within everybody's reach.
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(busy.begun).toEqual([first]);
    busy.releases[0]!.open({ kind: 'done' });
    await expect.poll(() => busy.staged, { timeout: 15_000 }).toEqual([second, third]);
    expect(busy.begun).toEqual([first, second]);
    await vhost.expectReady({ [QUEUE]: 0 });
    for (const { open } of busy.releases) open({ kind: 'done' });
    await expect.poll(() => busy.begun, { timeout: 15_000 }).toEqual([first, second, third]);
    await expect.poll(() => busy.server.runningCount, { timeout: 15_000 }).toBe(0);
    expect(busy.staged).toEqual([second, third]);
    await busy.server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('gives back what it has not begun when it stops, and nobody is charged for that', async () => {
    const busy = await lookingAhead(1);
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.staged, { timeout: 15_000 }).toEqual([second]);
    await vhost.expectReady({ [QUEUE]: 0 });
    const closing = busy.server.close();
    await vhost.expectReady({ [QUEUE]: 1 });
    busy.releases[0]!.open({ kind: 'done' });
    await closing;
    expect(busy.begun).toEqual([first]);
    await vhost.expectReady({ [QUEUE]: 1, 'photo_repair.parking': 0 });
    expect(await takenByAnother()).toEqual({ taskId: second, attempt: 1, run: 1, crashCount: 0 });
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('gives back what it has not begun when its tap closes; what runs goes on', async () => {
    const tap = new TestTap();
    const busy = await lookingAhead(1, tap);
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.staged, { timeout: 15_000 }).toEqual([second]);
    tap.turn('no engine answers');
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(busy.server.runningCount).toBe(1);
    expect(await takenByAnother()).toEqual({ taskId: second, attempt: 1, run: 1, crashCount: 0 });
    busy.releases[0]!.open({ kind: 'done' });
    await busy.server.close();
    expect(busy.begun).toEqual([first]);
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('forgets what it has not begun with its channel, and begins that when it comes again', async () => {
    const busy = await lookingAhead(1);
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.staged, { timeout: 15_000 }).toEqual([second]);
    await vhost.closeConnections('ahead-consume');
    await expect.poll(() => busy.server.problem, { timeout: 15_000 }).not.toBeNull();
    await busy.server.whenReady(15_000);
    await vhost.expectReady({ [QUEUE]: 2 });
    expect(busy.begun).toEqual([first]);
    for (const { open } of busy.releases) open({ kind: 'done' });
    await expect.poll(() => busy.begun, { timeout: 15_000 }).toEqual([first, second]);
    await expect.poll(() => busy.server.runningCount, { timeout: 15_000 }).toBe(0);
    await busy.server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  async function lookingAhead(lookahead: number, tap?: TestTap) {
    const begun: string[] = [];
    const staged: string[] = [];
    const releases = Array.from({ length: 3 }, () => gate<Settlement>());
    const { server } = await startWorker(
      vhost,
      ({ message }) => releases[begun.push(message.taskId) - 1]!.opened,
      {
        taskTypes,
        name: 'ahead',
        lookahead,
        stage: ({ taskId }) => void staged.push(taskId),
        ...(tap && { gate: tap }),
      },
    );
    const { tasks } = await startPublisher(vhost, taskTypes);
    const publish = async (count: number): Promise<string[]> => {
      const all = Array.from({ length: count }, () => sampleTask());
      for (const task of all) await tasks.publishTask(task);
      return all.map(({ taskId }) => taskId);
    };
    return { server, begun, staged, releases, publish };
  }

  /** What an idle worker finds in the queue. */
  async function takenByAnother(): Promise<object> {
    const taken = gate<object>();
    const { server } = await startWorker(
      vhost,
      async ({ message: { taskId }, attempt, run, crashCount }) => {
        taken.open({ taskId, attempt, run, crashCount });
        return { kind: 'done' };
      },
      { taskTypes, name: 'other' },
    );
    const task = await taken.opened;
    await server.close();
    return task;
  }
});
