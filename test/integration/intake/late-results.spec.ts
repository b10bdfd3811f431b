import type { TaskEvent } from '@app/contracts';
import { TaskEventPublisher } from '@app/messaging';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { IntakeBench } from './intake-bench.js';

const RESULT = {
  mediaType: 'image/png',
  width: 10,
  height: 10,
  bytes: 100,
  sha256: 'a'.repeat(64),
} as const;

describe('a result that is no (longer a) result', () => {
  const vhost = withVhost();
  let bench: IntakeBench;

  beforeAll(async () => {
    bench = await IntakeBench.start(vhost);
  });
  afterAll(() => bench.remove());

  const ignored = async () => {
    const value = await bench.api.metric('photo_repair_task_events_ignored_total\\{kind="succeeded"\\}');
    return Number.isNaN(value) ? 0 : value;
  };
  const tell = async (taskId: string, run: number) =>
    bench.api.app.get(TaskEventPublisher).publish({
      version: 1,
      kind: 'succeeded',
      taskId,
      taskType: 'person',
      at: new Date().toISOString(),
      attempt: run,
      run,
      worker: 'w1',
      result: { ...RESULT, key: `results/${taskId}.0123456789abcdef.png` },
      engine: { name: 'built-in', version: '1', colouring: 'preview' },
    } satisfies TaskEvent);

  it('of a cancelled task, of an unknown one, and of another run changes nothing and is counted', async () => {
    const cancelled = await bench.program.sendTask(bench.good({ task_id: 'a' }));
    await bench.expectTask(cancelled);
    const before = await bench.tasks();
    const count = await ignored();
    await tell(cancelled, 1);
    await tell('019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c', 1);
    await vi.waitFor(async () => expect(await ignored()).toBe(count + 2), 10_000);
    expect(await bench.tasks()).toEqual(before);
    await vhost.expectReady({ 'photo_repair.results': 0, 'photo_repair.parking': 0 });
    await bench.expectUnharmed();
  });
});
