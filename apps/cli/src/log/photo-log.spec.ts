import { describe, expect, it } from 'vitest';
import { photoLog, toLine } from './photo-log.js';

const TRACE = 'a'.repeat(32);
const line = (time: string, fields: object) =>
  JSON.stringify({ level: 'info', time: `2026-11-22T10:00:${time}Z`, pid: 1, ...fields });

const API = [
  line('00.100', {
    name: 'api',
    requestId: 'r1',
    taskId: 't1',
    trace_id: TRACE,
    msg: 'photo stored',
    bytes: 5,
  }),
  line('00.200', { name: 'api', taskId: 't1', trace_id: TRACE, msg: 'published' }),
  line('00.250', { name: 'api', taskId: 't2', trace_id: TRACE, msg: 'published' }),
  line('00.900', { name: 'api', taskId: 't1', trace_id: TRACE, msg: 'succeeded' }),
  line('01.000', { name: 'api', requestId: 'r2', msg: 'a request was refused' }),
].join('\n');
const WORKER = [
  'Node said something that is no JSON.',
  line('00.300', { name: 'worker', taskId: 't1', trace_id: TRACE, msg: 'started' }),
  line('00.400', { name: 'worker', trace_id: TRACE, msg: 'the engine is slow' }),
  line('00.500', {
    name: 'worker',
    level: 'warn',
    taskId: 't1',
    msg: 'a run failed',
    err: { message: 'no memory' },
  }),
  '{"level":"info","taskId":"t1","ti',
].join('\n');

const messages = (id: string) => photoLog([WORKER, API], id).map(({ message }) => message);

describe('the log of one photo', () => {
  const ALL = ['photo stored', 'published', 'started', 'the engine is slow', 'a run failed', 'succeeded'];

  it('has what all programs wrote about its task, in the order of time', () => {
    expect(messages('t1')).toEqual(ALL);
  });

  it('is found by the request that sent it, too', () => {
    expect(messages('r1')).toEqual(ALL);
  });

  it('has by its trace everything of that trace', () => {
    const both = ALL.toSpliced(2, 0, 'published');
    expect(messages(TRACE)).toEqual(both);
    expect(messages(`00-${TRACE}-${'b'.repeat(16)}-01`)).toEqual(both);
  });

  it('is empty for what nobody wrote about', () => {
    expect(messages('t9')).toEqual([]);
  });

  it('is short for people: no ids that are asked for, of an error its message', () => {
    const lines = photoLog([WORKER, API], 't1').map(toLine);
    expect(lines[0]).toBe('10:00:00.100  api         photo stored  bytes=5');
    expect(lines[4]).toBe('10:00:00.500  worker      WARN a run failed  err="no memory"');
  });
});
