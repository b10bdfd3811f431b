import { expect, it } from 'vitest';
import { mulberry32 } from '../estimates/fixed-draws.js';
import { isObject } from './foreign-fields.js';
import { readForeignTask, type Reading } from './foreign-task.js';
import { REFUSAL_CODES } from './refusal.js';

const NAMES = [
  'task_id',
  'image_url',
  'image_path',
  'stored_photo',
  'input',
  'image',
  'image_key',
  'original',
  'workflow_type',
  'type',
  'workflow',
  'prompt',
  'parameters',
  'params',
  'callback',
  'callback_url',
  'client_ref',
  'priority',
  'progress',
  'schema_version',
  'tenant_id',
  'user_id',
  'key',
  'constructor',
  'toString',
  '',
];
const SCALARS = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  1e300,
  '',
  'person',
  'https://example.com/a.jpg',
  'inbox/a',
  '../../etc/passwd',
  'x'.repeat(300),
  '\ud800',
  '\u0000',
  '奶奶',
];

type Below = (n: number) => number;

function value(below: Below, levels: number): unknown {
  const kind = levels === 0 ? 0 : below(4);
  if (kind === 1) return Array.from({ length: below(4) }, () => value(below, levels - 1));
  if (kind !== 2) return SCALARS[below(SCALARS.length)];
  return Object.fromEntries(
    Array.from({ length: below(5) }, () => [NAMES[below(NAMES.length)], value(below, levels - 1)]),
  );
}

/** A good message with some fields of any kind; now and then only these, or no object at all. */
function message(below: Below): unknown {
  const fields = Array.from({ length: below(5) }, () => [NAMES[below(NAMES.length)], value(below, 3)]);
  const good = below(3) === 0 ? {} : { image_url: 'https://example.com/a.jpg', type: 'person' };
  return below(10) === 0 ? value(below, 3) : { ...good, ...Object.fromEntries(fields) };
}

function read(body: Buffer, below: Below): Reading {
  const types = [null, null, 'application/json', 'application/json', 'text/html', '\u0000'];
  return readForeignTask({
    body,
    contentType: types[below(types.length)]!,
    contentEncoding: [null, null, 'utf-8', 'gzip'][below(4)]!,
    headerBytes: below(18_000),
    headerCount: below(110),
  });
}

/** What is wrong with a reading; a task has to hold what it promises, a refusal a code and a sentence. */
function faultOf(reading: Reading): string | null {
  if ('refusal' in reading) {
    const { code, message } = reading.refusal;
    return REFUSAL_CODES.includes(code) && /^["A-Z].*[.]$/.test(message) ? null : `${code}: ${message}`;
  }
  const { taskId, type, clientRef, callbackUrl, source, parameters } = reading.task;
  const texts = [taskId, type, clientRef, callbackUrl];
  const isWhole =
    texts.every((text) => text === null || (typeof text === 'string' && text !== '')) &&
    ['url', 'stored'].includes(source.kind) &&
    isObject(parameters);
  return isWhole ? null : JSON.stringify(reading.task);
}

it.each([1, 2, 3])('makes a task or a refusal of everything, seed %i', (seed) => {
  const draw = mulberry32(seed);
  const below = (n: number) => Math.floor(draw() * n);
  const faults: (string | null)[] = [];
  let taken = 0;
  for (let round = 0; round < 2000; round++) {
    const text = JSON.stringify(message(below));
    const bytes = Buffer.from(text);
    // Every other one is damaged: cut, or with a byte changed.
    if (round % 2 === 1) bytes[below(bytes.length)] = below(256);
    const body = round % 4 === 3 ? bytes.subarray(0, below(bytes.length)) : bytes;
    const reading = read(body, below);
    if ('task' in reading) taken += 1;
    faults.push(faultOf(reading));
  }
  for (let round = 0; round < 500; round++) {
    const bytes = Array.from({ length: below(200) }, () => below(256));
    faults.push(faultOf(read(Buffer.from(bytes), below)));
  }
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
  // Where few get through, only the first checks are tried.
  expect(taken).toBeGreaterThan(50);
});
