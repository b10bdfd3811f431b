import type { TaskNotice } from '@app/contracts';
import { createLogger } from '@app/runtime';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entrances } from '../broker/entrances.js';
import type { TaskRow } from '../database/schema.js';
import type { DeliverySender } from '../deliveries/delivery.sender.js';
import type { ResultLinks } from '../downloads/result-links.js';
import type { StoredChange } from '../tasks/stored-change.js';
import type { PublisherNames } from './publisher-names.js';
import { TaskNotices } from './task-notices.js';

const REPLY = {
  vhost: 'intake',
  replyTo: 'reply.museum',
  correlationId: null,
  taskId: 'task_1',
  progress: false,
} as const;

const base = { id: 't', owner_id: 'o', type: 'person', state: 'queued', run: 0, queued_at: 5, created_at: 5 };
const rowOf = (chosen: Partial<TaskRow> = {}) =>
  ({
    ...base,
    reply: null,
    client_ref: null,
    failure: null,
    result: null,
    finished_at: null,
    ...chosen,
  }) as TaskRow;
const stored = (row: TaskRow, from: StoredChange['from'], kind?: string) =>
  ({ row, from, entry: {}, change: kind && { kind } }) as unknown as StoredChange;

describe('TaskNotices', () => {
  let published: [string, string, string][];
  let answered: [string, string, object][];
  let woken: number;
  let nameOf: (ownerId: string) => Promise<string>;
  let notices: TaskNotices;

  beforeEach(() => {
    published = [];
    answered = [];
    woken = 0;
    nameOf = () => Promise.resolve('museum');
    const entranceOf = (vhost: string) => ({
      notices: {
        publish: (notice: TaskNotice, { publisher }: { publisher: string }) =>
          published.push([vhost, publisher, notice.type]),
      },
      answers: {
        publishLossy: (to: string, notice: TaskNotice, ids: object) =>
          answered.push([`${vhost} ${to}`, notice.type, ids]),
      },
    });
    const entrances = { all: [entranceOf('main'), entranceOf('intake')], of: entranceOf };
    notices = new TaskNotices(
      entrances as unknown as Entrances,
      { of: (id: string) => nameOf(id) } as PublisherNames,
      {} as ResultLinks,
      { wake: () => (woken += 1) } as unknown as DeliverySender,
      createLogger('api', 'silent'),
    );
  });

  it('tells every entrance what happens, in order, and the sender that it is accepted', async () => {
    const reply = JSON.stringify(REPLY);
    notices.stored(stored(rowOf({ reply }), null));
    notices.stored(stored(rowOf({ reply, state: 'running', run: 1, started_at: 6 }), 'queued', 'started'));
    notices.stored(stored(rowOf({ reply, state: 'queued', run: 1 }), 'running', 'retrying'));
    expect(woken).toBe(0);
    notices.stored(stored(rowOf({ reply, state: 'failed', run: 2, finished_at: 7 }), 'queued', 'failed'));
    notices.stored(stored(rowOf({ reply, state: 'queued', run: 3 }), 'failed', 'retried'));
    expect(woken).toBe(1);
    await vi.waitFor(() => expect(published).toHaveLength(8));
    const types = ['task.accepted', 'task.started', 'task.failed', 'task.accepted'];
    expect(published).toEqual(
      types.flatMap((type) => [
        ['main', 'museum', type],
        ['intake', 'museum', type],
      ]),
    );
    // The outcome itself goes out from the table of deliveries.
    expect(answered).toEqual([
      ['intake reply.museum', 'task.accepted', { correlationId: 'task_1', messageId: 't.task.accepted' }],
    ]);
  });

  it('tells of the progress of tasks whose start was stored here, twice a second', async () => {
    vi.useFakeTimers();
    const reply = JSON.stringify({ ...REPLY, progress: true });
    const event = { kind: 'progress', taskId: 't', run: 1, progress: { stage: 'running', percent: 5 } };
    const tell = (run = 1) => notices.progress({ ...event, run } as Parameters<TaskNotices['progress']>[0]);
    tell();
    notices.stored(stored(rowOf({ reply, state: 'running', run: 1 }), 'queued', 'started'));
    tell(2);
    tell();
    tell();
    vi.advanceTimersByTime(500);
    tell();
    notices.stored(
      stored(rowOf({ reply, state: 'cancelled', run: 1, finished_at: 1 }), 'running', 'cancelled'),
    );
    vi.advanceTimersByTime(500);
    tell();
    vi.useRealTimers();
    await vi.waitFor(() => expect(published).toHaveLength(8));
    expect(answered.map(([, type]) => type)).toEqual(['task.started', 'task.progress', 'task.progress']);
  });

  it('tells the sender of the same message again how its task stands, and that of a bad one why', () => {
    notices.present(rowOf({ state: 'expired', finished_at: 9 }), { ...REPLY, correlationId: 'c' });
    notices.refused(
      { taskId: null, type: null, code: 'malformed', message: 'No JSON.' },
      { ...REPLY, taskId: null },
    );
    notices.present(rowOf(), null);
    expect(answered).toEqual([
      ['intake reply.museum', 'task.expired', { correlationId: 'c', messageId: 't.task.expired' }],
      ['intake reply.museum', 'task.refused', { correlationId: '', messageId: '.task.refused' }],
    ]);
  });

  it('goes on where the name of a publisher could not be read, and drops what is too much', async () => {
    const refused = vi.fn<() => Promise<string>>(() => Promise.reject(new Error('no database')));
    nameOf = refused;
    notices.stored(stored(rowOf(), null));
    await vi.waitFor(() => expect(refused).toHaveBeenCalledOnce());
    let open = (): void => undefined;
    const closed = new Promise<void>((resolve) => (open = resolve));
    nameOf = () => closed.then(() => 'museum');
    for (let count = 0; count < 1500; count += 1) notices.stored(stored(rowOf(), null));
    open();
    await vi.waitFor(() => expect(published.length).toBeGreaterThanOrEqual(2 * 999));
    expect(published.length).toBeLessThanOrEqual(2 * 1000);
  });
});
