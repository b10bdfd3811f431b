import { describe, expect, it } from 'vitest';
import { checkPhoto, readAnswer, SendError } from './upload.js';

const JPEG = [0xff, 0xd8, 0xff, 0xe0];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const file = (bytes: number[] | string, length = 64) => {
  const head = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes);
  const whole = new Uint8Array(Math.max(length, head.length));
  whole.set(head);
  return new Blob([whole]);
};

describe('a photo before it is sent', () => {
  it.each([
    ['JPEG', file(JPEG)],
    ['PNG', file(PNG)],
    ['BMP', file('BM6')],
    ['a JPEG of exactly 20 MB', file(JPEG, 20 * 1024 * 1024)],
  ])('%s is taken', async (_, photo) => {
    expect(await checkPhoto(photo)).toBeNull();
  });

  it.each([
    ['an empty file', new Blob([]), 'image_damaged'],
    ['a PDF', file('%PDF-1.7'), 'unsupported_format'],
    ['an SVG', file('<svg xmlns='), 'unsupported_format'],
    ['a GIF', file('GIF89a'), 'unsupported_format'],
    ['a cut PNG signature', file(PNG.slice(0, 4)), 'unsupported_format'],
    ['an iPhone photo', file('\0\0\0\x20ftypheic'), 'heic_photo'],
    ['one byte above 20 MB', file(JPEG, 20 * 1024 * 1024 + 1), 'file_too_large'],
  ])('%s is not', async (_, photo, problem) => {
    expect(await checkPhoto(photo)).toBe(problem);
  });

  it('is reported when the device cannot read it', async () => {
    const broken = {
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }),
    };
    expect(await checkPhoto(broken as unknown as Blob)).toBe('unreadable');
  });
});

const refusal = (status: number, body: string, retryAfter: string | null = null) => {
  try {
    readAnswer(status, body, retryAfter);
  } catch (error) {
    if (error instanceof SendError) return [error.code, error.retryAfterMs];
    throw error;
  }
  return null;
};

describe('the answer to an upload', () => {
  it('is the task when it was accepted', () => {
    expect(readAnswer(202, '{"id":"t"}', null)).toEqual({ id: 't' });
  });

  it.each([
    [422, '{"code":"image_damaged"}', null, ['image_damaged', null]],
    [503, '{"code":"queue_full"}', '7', ['queue_full', 7000]],
    [503, '{"code":"queue_full"}', null, ['queue_full', 10_000]],
    [503, '{"code":"broker_backlog_full"}', '10', ['broker_backlog_full', 10_000]],
    [507, '{"code":"storage_full"}', 'soon', ['storage_full', 10_000]],
    [500, '{"code":"internal_error"}', null, ['internal_error', null]],
    [400, '{"code":"a code of tomorrow"}', null, ['internal_error', null]],
    [502, '<html>bad gateway</html>', null, ['offline', 10_000]],
    [202, 'cut off', null, ['offline', 10_000]],
  ])('%i %s with Retry-After %s means %j', (status, body, retryAfter, expected) => {
    expect(refusal(status, body, retryAfter)).toEqual(expected);
  });
});
