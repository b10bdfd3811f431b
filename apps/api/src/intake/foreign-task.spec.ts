import { describe, expect, it } from 'vitest';
import { readForeignTask, type ForeignTask } from './foreign-task.js';
import type { ForeignEnvelope } from './read-foreign-body.js';

const ENVELOPE: ForeignEnvelope = {
  body: Buffer.alloc(0),
  contentType: null,
  contentEncoding: null,
  headerBytes: 0,
  headerCount: 0,
};

function reading(body: unknown, envelope: Partial<ForeignEnvelope> = {}) {
  const bytes = Buffer.isBuffer(body) ? body : typeof body === 'string' ? body : JSON.stringify(body);
  return readForeignTask({ ...ENVELOPE, body: Buffer.from(bytes), ...envelope });
}

function task(body: unknown, envelope: Partial<ForeignEnvelope> = {}): ForeignTask {
  const read = reading(body, envelope);
  if ('task' in read) return read.task;
  throw new Error(`It was refused: ${read.refusal.code}: ${read.refusal.message}`);
}

function refusal(body: unknown, envelope: Partial<ForeignEnvelope> = {}) {
  const read = reading(body, envelope);
  if ('task' in read) throw new Error('It was taken.');
  return read.refusal;
}

const URL = 'https://example.com/images/bw_photo.jpg';
const SIMPLE = { image_url: URL, workflow_type: 'person' };

describe('readForeignTask takes what is sent by', () => {
  it('a Python program with pika', () => {
    const message = {
      task_id: 'task_12345',
      image_url: URL,
      workflow_type: 'DDColor人物黑白修复.json',
      parameters: { size: 680, model: 'ddcolor-imagenet' },
    };
    // Python's json.dumps writes Chinese as escapes.
    const escaped = JSON.stringify(message).replaceAll(
      /[^\x20-\x7e]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    for (const body of [message, escaped]) {
      expect(task(body)).toEqual({
        taskId: 'task_12345',
        type: 'DDColor人物黑白修复.json',
        source: { kind: 'url', url: URL },
        parameters: { size: 680, model: 'ddcolor-imagenet' },
        callbackUrl: null,
        clientRef: null,
        priority: null,
        progress: false,
        claims: [],
      });
    }
  });

  it('the bridge, for an entry in Redis', () => {
    const message = {
      stored_photo: 'inbox/1-0',
      filename: 'old_photo.jpg',
      workflow_type: 'person',
      user_id: 'user1',
      task_id: '1-0',
    };
    expect(task(message)).toMatchObject({
      source: { kind: 'stored', key: 'inbox/1-0', filename: 'old_photo.jpg' },
      type: 'person',
      claims: ['user1'],
    });
  });

  it('a program with packages of tasks', () => {
    const callback = 'https://example.com/done';
    const message = { workflow: 'person', input: URL, parameters: {}, callback };
    expect(task(message)).toMatchObject({
      type: 'person',
      source: { kind: 'url', url: URL },
      callbackUrl: callback,
    });
  });
});

describe('readForeignTask', () => {
  it.each([
    ['a number as the id', { task_id: 12345 }, { taskId: '12345' }],
    ['null as absent', { task_id: null, callback: null, parameters: null }, { taskId: null, parameters: {} }],
    ['any other field', { created_by: 'x', images: [1], output: { a: 1 } }, { taskId: null }],
    ['two names that say the same', { type: 'person', task_type: 'person' }, { type: 'person' }],
    ['the address twice', { input: URL }, { source: { kind: 'url', url: URL } }],
    ['its own version', { schema_version: 1 }, { type: 'person' }],
    ['any priority', { priority: -7.5 }, { priority: -7.5 }],
    ['params', { params: { size: 1 } }, { parameters: { size: 1 } }],
    ['progress', { progress: true }, { progress: true }],
    ['a picture that is no address', { image: 'a.jpg' }, { source: { kind: 'url', url: URL } }],
    ['both claims', { tenant_id: 'a', user_id: 7 }, { claims: ['a', '7'] }],
  ])('takes %s', (_what, more, expected) => {
    expect(task({ ...SIMPLE, ...more })).toMatchObject(expected);
  });

  it.each([
    ['application/json; charset=utf-8', null],
    ['Application/JSON', 'utf-8'],
    ['text/plain', 'identity'],
    ['application/octet-stream', ''],
  ])('takes the content type %s with the encoding %s', (contentType, contentEncoding) => {
    expect(task(SIMPLE, { contentType, contentEncoding })).toMatchObject({ type: 'person' });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half of it', JSON.stringify(SIMPLE).slice(0, -1)],
    ['wrong UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['UTF-16', Buffer.from(JSON.stringify(SIMPLE), 'utf16le')],
    ['a list', [SIMPLE]],
    ['a text', '"a"'],
    ['null', 'null'],
    ['a name twice', `{"image_url":"${URL}","workflow_type":"person","task_id":"a","task_id":"b"}`],
    ['__proto__', `{"image_url":"${URL}","workflow_type":"person","__proto__":{"admin":1}}`],
    ['constructor', `{"image_url":"${URL}","workflow_type":"person","a":{"constructor":{"prototype":{}}}}`],
    ['depth', `{"image_url":"${URL}","workflow_type":"person","a":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['great depth', '['.repeat(60_000)],
    ['1e999', `{"image_url":"${URL}","workflow_type":"person","priority":1e999}`],
    ['half a character', `{"image_url":"${URL}","workflow_type":"person","task_id":"\\ud800"}`],
    ['a whole workflow', { ...SIMPLE, workflow: { '3': { class_type: 'LoadImage', inputs: {} } } }],
    ['a whole prompt', { ...SIMPLE, prompt: { '3': { class_type: 'LoadImage', inputs: {} } } }],
    ['nothing but a workflow', { '3': { class_type: 'LoadImage', inputs: {} } }],
    ['no photo', { workflow_type: 'person' }],
    ['two photos', { ...SIMPLE, input: 'https://example.com/other.jpg' }],
    ['a photo here and there', { ...SIMPLE, stored_photo: 'inbox/a' }],
    ['two types', { ...SIMPLE, type: 'building' }],
    ['two callbacks', { ...SIMPLE, callback: 'https://a.example', callback_url: 'https://b.example' }],
    ['a type that is a list', { ...SIMPLE, workflow_type: ['person'] }],
    ['an id that is a list', { ...SIMPLE, task_id: [] }],
    ['an empty id', { ...SIMPLE, task_id: '' }],
    ['a long id', { ...SIMPLE, task_id: 'a'.repeat(201) }],
    ['parameters as a text', { ...SIMPLE, parameters: '{"size":1}' }],
    ['a priority as a text', { ...SIMPLE, priority: '5' }],
    ['progress as a text', { ...SIMPLE, progress: 'yes' }],
    ['a long body', { ...SIMPLE, more: 'x'.repeat(65 * 1024) }],
  ])('refuses %s', (_what, body) => {
    expect(refusal(body).code).toBe('malformed');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it.each([
    ['gzip', { contentEncoding: 'gzip' }],
    ['a page', { contentType: 'text/html' }],
    ['pickle', { contentType: 'application/x-python-serialize' }],
    ['many headers', { headerCount: 101 }],
    ['long headers', { headerBytes: 17 * 1024 }],
  ])('refuses %s', (_what, envelope) => {
    expect(refusal(SIMPLE, envelope).code).toBe('malformed');
  });

  it.each([
    [{ schema_version: 99 }, 'unsupported_version'],
    [{ schema_version: '1' }, 'unsupported_version'],
    [{ image_key: 'originals/a.jpg' }, 'not_found'],
    [{ storage_key: 'a' }, 'not_found'],
    [{ artifact: { key: 'a' } }, 'not_found'],
    [{ original: 'a' }, 'not_found'],
    [{ image: { key: 'originals/a.jpg', mediaType: 'image/jpeg' } }, 'not_found'],
    [{ image_url: null, image_path: '/uploads/user1/old_photo.jpg' }, 'not_found'],
    [{ image_url: null, input: '/uploads/user1/old_photo.jpg' }, 'not_found'],
    [{ image_url: null, input: 'file:///etc/passwd' }, 'not_found'],
  ])('refuses %j as %s', (more, code) => {
    expect(refusal({ ...SIMPLE, ...more }).code).toBe(code);
  });

  it('keeps the id of what it refuses', () => {
    expect(reading({ ...SIMPLE, task_id: 'a', schema_version: 2 })).toMatchObject({ taskId: 'a' });
    expect(reading({ ...SIMPLE, task_id: 7, image_key: 'x' })).toMatchObject({ taskId: '7' });
    expect(reading({ ...SIMPLE, task_id: {} })).toMatchObject({ taskId: null });
    expect(reading('x')).toMatchObject({ taskId: null });
  });
});
