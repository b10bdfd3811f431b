import { expect, it } from 'vitest';
import type { ForeignTask } from './foreign-task.js';
import { fingerprintOf, idempotencyKeyOf } from './message-id.js';

const TASK: ForeignTask = {
  taskId: 'a',
  type: 'person',
  source: { kind: 'url', url: 'https://example.com/a.jpg' },
  parameters: { size: 512, model: 'x' },
  callbackUrl: null,
  clientRef: null,
  priority: null,
  progress: false,
  claims: [],
};
const body = Buffer.from('{}');

it('is the id of the task, else of the message, else the hash of the bytes', () => {
  expect(idempotencyKeyOf({ taskId: 'a' }, { messageId: 'm', body })).toBe('amqp:a');
  expect(idempotencyKeyOf({ taskId: null }, { messageId: 'm', body })).toBe('amqp:m');
  const hash = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
  for (const messageId of [null, '']) {
    expect(idempotencyKeyOf({ taskId: null }, { messageId, body })).toBe(`amqp:${hash}`);
  }
});

it('fits its column whatever the id is', () => {
  for (const messageId of ['x'.repeat(255), '\u0000', '😀'.repeat(100), '\ud800']) {
    const key = idempotencyKeyOf({ taskId: null }, { messageId, body });
    expect(key).toMatch(/^amqp:\P{Cc}{1,250}$/u);
  }
  expect(idempotencyKeyOf({ taskId: null }, { messageId: '\u0000', body })).not.toBe(
    idempotencyKeyOf({ taskId: null }, { messageId: '\u0001', body }),
  );
});

it('is the same for whatever asks for the same', () => {
  const print = fingerprintOf('person', TASK);
  expect(print).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprintOf('person', { ...TASK, parameters: { model: 'x', size: 512 } })).toBe(print);
  expect(fingerprintOf('person', { ...TASK, type: 'DDColor.json', priority: 9, progress: true })).toBe(print);
});

it('differs where anything else is asked for', () => {
  const others: [string, ForeignTask][] = [
    ['person', TASK],
    ['building', TASK],
    ['person', { ...TASK, source: { kind: 'url', url: 'https://example.com/b.jpg' } }],
    ['person', { ...TASK, source: { kind: 'stored', key: 'https://example.com/a.jpg', filename: null } }],
    ['person', { ...TASK, parameters: { size: '512', model: 'x' } }],
    ['person', { ...TASK, parameters: { size: 512 } }],
    ['person', { ...TASK, callbackUrl: 'https://example.com' }],
    ['person', { ...TASK, clientRef: 'https://example.com' }],
  ];
  expect(new Set(others.map(([type, task]) => fingerprintOf(type, task))).size).toBe(others.length);
});
