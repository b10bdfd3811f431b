import { describe, expect, it } from 'vitest';
import type { TaskRow } from '../database/schema.js';
import { toRow } from '../tasks/new-task.js';
import { noticeTypeOf, toNotice, toRefusal } from './to-notice.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const NOW = Date.parse('2026-03-01T09:00:00.000Z');
const PICTURE = {
  key: `results/${ID}.png`,
  mediaType: 'image/png' as const,
  width: 10,
  height: 20,
  bytes: 300,
  sha256: 'a'.repeat(64),
};
const LINKS = {
  to: ({ id }: { id: string }) => ({ url: `https://here/v1/downloads/${id}`, expiresAt: NOW + 5000 }),
};

function rowOf(chosen: Partial<TaskRow> = {}): TaskRow {
  const task = {
    id: ID,
    type: 'person',
    ownerId: ID,
    albumId: null,
    priority: 0,
    turn: 0,
    filename: 'a.jpg',
    clientRef: 'box 3',
    original: PICTURE,
    parameters: {},
    adjusted: [],
    createdAt: NOW,
    deadlineAt: null,
    expiresAt: NOW + 1000,
    idempotencyKey: null,
  };
  return { ...toRow(task, null), attempts: 1, ...chosen };
}

describe('toNotice', () => {
  it('tells a success with a link, and nothing of where the picture lies', () => {
    const row = rowOf({ state: 'succeeded', result: JSON.stringify(PICTURE), finished_at: NOW + 1 });
    const notice = toNotice('task.succeeded', row, LINKS);
    expect(notice).toEqual({
      type: 'task.succeeded',
      timestamp: '2026-03-01T09:00:00.001Z',
      data: {
        task_id: 'box 3',
        id: ID,
        type: 'person',
        status: 'succeeded',
        album_id: null,
        attempts: 1,
        error: null,
        result: {
          url: `https://here/v1/downloads/${ID}`,
          expires_at: '2026-03-01T09:00:05.000Z',
          media_type: 'image/png',
          width: 10,
          height: 20,
          bytes: 300,
          sha256: 'a'.repeat(64),
        },
        progress: null,
        created_at: '2026-03-01T09:00:00.000Z',
        finished_at: '2026-03-01T09:00:00.001Z',
      },
    });
    expect(JSON.stringify(notice)).not.toContain('results/');
  });

  it('calls the task what the sender of its message did', () => {
    const reply = { vhost: 'main', replyTo: 'q', correlationId: null, taskId: 'task_12345', progress: false };
    const { data } = toNotice('task.accepted', rowOf({ reply: JSON.stringify(reply) }), LINKS);
    expect(data).toMatchObject({ task_id: 'task_12345', status: 'queued', result: null, error: null });
  });

  it('tells a failure with its code; what an attempt before had is no failure of a task that goes on', () => {
    const failure = JSON.stringify({
      code: 'bad_image',
      message: 'x'.repeat(2000),
      node: { id: '1', type: 'T' },
    });
    const failed = toNotice('task.failed', rowOf({ state: 'failed', failure, finished_at: NOW }), LINKS);
    expect(failed.data.error).toEqual({ code: 'bad_image', message: 'x'.repeat(1000) });
    expect(toNotice('task.accepted', rowOf({ failure }), LINKS).data.error).toBeNull();
  });

  it('stays below 20 kB, whatever somebody called it', () => {
    const worst = '\u0001'.repeat(200);
    const reply = { vhost: 'main', replyTo: 'q', correlationId: null, taskId: worst, progress: false };
    const failure = JSON.stringify({ code: 'unknown', message: '\u0001'.repeat(2000) });
    const row = rowOf({
      state: 'failed',
      client_ref: worst,
      reply: JSON.stringify(reply),
      failure,
      finished_at: NOW,
    });
    expect(Buffer.byteLength(JSON.stringify(toNotice('task.failed', row, LINKS)))).toBeLessThan(20_000);
  });

  it('has a name for every state', () => {
    const states = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired'] as const;
    expect(states.map(noticeTypeOf)).toEqual([
      'task.accepted',
      'task.started',
      'task.succeeded',
      'task.failed',
      'task.cancelled',
      'task.expired',
    ]);
  });
});

it('tells what was not taken in, and why', () => {
  const refusal = { taskId: 'task_1', type: null, code: 'malformed', message: 'It is no JSON.' };
  expect(toRefusal(refusal, NOW)).toMatchObject({
    type: 'task.refused',
    timestamp: '2026-03-01T09:00:00.000Z',
    data: {
      task_id: 'task_1',
      id: null,
      status: 'refused',
      error: { code: 'malformed', message: 'It is no JSON.' },
    },
  });
});
