import { describe, expect, it } from 'vitest';
import { fromCorrelationId, toCorrelationId } from './correlation.js';
import { entryKey } from './entry-key.js';
import { EntryRefused } from './entry.errors.js';
import { readEntry } from './read-entry.js';
import type { StreamEntry } from './stream-entry.js';

const ID = '1732270000000-0';

function entry(...parts: (string | Buffer)[]): StreamEntry {
  return { id: ID, fields: parts.map((part) => Buffer.from(part)) };
}

const read = (fields: Record<string, string>) => readEntry(entry(...Object.entries(fields).flat()));

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EntryRefused) return error.code;
    throw error;
  }
  return 'taken';
}

describe('readEntry', () => {
  it("reads the users' command", () => {
    expect(
      read({ image_path: '/uploads/user1/old_photo.jpg', workflow_type: 'person', user_id: 'user1' }),
    ).toEqual({
      userId: 'user1',
      photo: { path: '/uploads/user1/old_photo.jpg' },
      body: { task_id: ID, workflow_type: 'person', client_ref: 'old_photo.jpg' },
    });
  });

  it.each(['task', 'data', 'payload'])('reads a package in the field %s', (name) => {
    const task = {
      workflow: 'person',
      input: 'https://a/b.jpg',
      parameters: { size: 680 },
      callback: 'https://c',
    };
    expect(read({ [name]: JSON.stringify(task), user_id: '张三' })).toEqual({
      userId: '张三',
      photo: { url: 'https://a/b.jpg' },
      body: { task_id: ID, workflow_type: 'person', parameters: { size: 680 }, callback_url: 'https://c' },
    });
  });

  it('takes parameters as JSON and as fields of their own', () => {
    expect(
      read({ image_url: 'https://a', parameters: '{"model":"m"}', size: '512' }).body['parameters'],
    ).toEqual({
      model: 'm',
      size: 512,
    });
    expect(read({ image_url: 'https://a', parameters: '{}' }).body).not.toHaveProperty('parameters');
  });

  it('takes the same said twice, and empty text as nothing', () => {
    expect(
      read({ image_url: 'https://a', type: 'x', workflow: 'x', user_id: '', image_path: '' }),
    ).toMatchObject({
      userId: null,
      body: { workflow_type: 'x' },
    });
  });

  it('leaves fields alone that mean nothing here', () => {
    expect(read({ image_url: 'https://a', colour: 'blue', data: 'text' }).body).toEqual({ task_id: ID });
  });

  it.each<[string, Record<string, string>]>([
    ['no photo', { type: 'person' }],
    ['two photos', { image_url: 'https://a', image_path: '/a' }],
    ['two kinds of input', { image_path: '/a', input: '/b' }],
    ['two workflows', { image_path: '/a', type: 'a', task_type: 'b' }],
    ['parameters that are no object', { image_path: '/a', parameters: '680' }],
    ['parameters that are no JSON', { image_path: '/a', parameters: '{size:680}' }],
    ['two sizes', { image_path: '/a', parameters: '{"size":1}', size: '2' }],
    ['a package against its entry', { task: '{"user_id":"b","input":"/a"}', user_id: 'a' }],
    ['a package whose input is no text', { task: '{"input":{"key":"x"}}' }],
    ['a user that is a path', { image_path: '/a', user_id: '../b' }],
    ['a user that is hidden', { image_path: '/a', user_id: '.ssh' }],
    ['a user with a slash', { image_path: '/a', user_id: 'a/b' }],
    ['a user with a NUL', { image_path: '/a', user_id: 'a\0' }],
    ['a user with a line end', { image_path: '/a', user_id: 'a\n' }],
    ['a user that is too long', { image_path: '/a', user_id: 'a'.repeat(65) }],
    ['a user of too many bytes', { image_path: '/a', user_id: '张'.repeat(60) }],
    ['too much', { image_path: '/a', note: 'x'.repeat(70_000) }],
    ['too many fields', Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, '']))],
  ])('refuses %s', (_name, fields) => {
    expect(code(() => read(fields))).toBe('malformed');
  });

  it('refuses a field that is there twice, and what is not UTF-8', () => {
    expect(code(() => readEntry(entry('image_path', '/a', 'image_path', '/b')))).toBe('malformed');
    expect(code(() => readEntry(entry('image_path', Buffer.from([0x2f, 0xff]))))).toBe('malformed');
  });
});

it('names an entry by all that it is', () => {
  const names = [
    entryKey('s', entry('a', 'bc')),
    entryKey('s', entry('ab', 'c')),
    entryKey('t', entry('a', 'bc')),
    entryKey('s', { id: '1-1', fields: [Buffer.from('a'), Buffer.from('bc')] }),
  ];
  expect(new Set(names).size).toBe(4);
  expect(entryKey('s', entry('a', 'bc'))).toBe(names[0]);
});

it('finds its way back from a correlation id, and knows a foreign one', () => {
  const key = 'a'.repeat(40);
  for (const name of [
    { entryId: ID, key, userId: 'user1' },
    { entryId: ID, key, userId: null },
  ]) {
    expect(fromCorrelationId(toCorrelationId(name))).toEqual(name);
  }
  for (const foreign of ['', 'task_12345', `${ID}/x`, `${ID}/${key}/a/b`, `../${key}/a`]) {
    expect(fromCorrelationId(foreign)).toBeNull();
  }
  expect(
    Buffer.byteLength(toCorrelationId({ entryId: '9'.repeat(20), key, userId: '张'.repeat(50) })),
  ).toBeLessThan(255);
});
