import { describe, expect, it } from 'vitest';
import { uploadIdOf } from './end-upload.js';
import { tusProblem } from './tus-problem.js';

describe('an answer to a part of an upload', () => {
  it.each([
    [503, '{"code":"queue_full"}', '7', 'queue_full', 7000],
    [413, '{"code":"file_too_large"}', null, 'file_too_large', null],
    [400, '{"code":"a code of tomorrow"}', null, 'internal_error', null],
    [409, '', null, 'not_ready', 1000],
    [423, 'locked', '3', 'not_ready', 3000],
    [502, '<html>bad gateway</html>', null, 'offline', null],
    [500, 'null', 'soon', 'offline', null],
    [0, '', null, 'offline', null],
  ])('%i %s with Retry-After %s is %s', (status, body, retryAfter, code, retryAfterMs) => {
    expect(tusProblem(status, body, retryAfter)).toMatchObject({ code, retryAfterMs });
  });
});

describe('the id of an upload', () => {
  it.each(['/v1/uploads/a-1', 'https://photos.example/v1/uploads/a-1', '/below/v1/uploads/a-1?x=1'])(
    'is the end of %s',
    (url) => {
      expect(uploadIdOf(url)).toBe('a-1');
    },
  );
});
