import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';

describe('createLogger', () => {
  function log(fields: object): Record<string, unknown> {
    const lines: string[] = [];
    createLogger('test', 'info', { write: (line) => void lines.push(line) }).warn(fields, 'it happened');
    expect(lines).toHaveLength(1);
    return JSON.parse(lines[0]!) as Record<string, unknown>;
  }

  it('writes what explains an error, and none of its other properties', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { request: { headers: 'secret' } });
    const error = Object.assign(new TypeError('no answer', { cause }), {
      code: 'E_NO',
      config: { password: 'secret', data: Buffer.from('secret') },
    });
    const line = log({ err: error });
    expect(line).toMatchObject({ level: 'warn', msg: 'it happened' });
    expect(line['err']).toEqual({
      type: 'TypeError',
      code: 'E_NO',
      message: 'no answer',
      stack: expect.stringContaining('logger.spec') as string,
      causes: ['Error: connect ECONNREFUSED'],
    });
  });

  it('names each address of a connect that failed for all', () => {
    const error = new AggregateError([new Error('to ::1'), new Error('to 127.0.0.1')], '');
    expect(log({ err: error })['err']).toMatchObject({ causes: ['Error: to ::1', 'Error: to 127.0.0.1'] });
  });

  it('stays short for a huge message, a ring of causes, and what is no error', () => {
    const error = new Error('x'.repeat(100_000));
    error.cause = error;
    expect(JSON.stringify(log({ err: error })).length).toBeLessThan(10_000);
    expect(log({ err: { password: 'secret' } })['err']).toEqual({
      type: 'object',
      message: 'something that is no Error was thrown',
    });
  });

  it('removes user and password from URLs wherever they stand', () => {
    const url = 'amqp://photo:s3cret@broker:5672/photos';
    const line = JSON.stringify(log({ url, err: new Error(`${url} does not answer`) }));
    expect(line).not.toContain('s3cret');
    expect(line).not.toContain('photo:');
    expect(line.match(/amqp:\/\/broker:5672\/photos/g)).toHaveLength(3); // url, message, stack
  });
});
