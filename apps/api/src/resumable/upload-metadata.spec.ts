import { describe, expect, it } from 'vitest';
import { ProblemException } from '../problems/problem.exception.js';
import { readUploadMetadata } from './upload-metadata.js';

function of(values: Record<string, string | Buffer>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

describe('readUploadMetadata', () => {
  it.each([
    [of({ filename: '奶奶1953年.jpg' }), '奶奶1953年.jpg'],
    [of({ name: 'x', type: 'image/png', filename: 'a.png', relativePath: 'b/a.png' }), 'a.png'],
    [`filename`, ''],
    [`filename ,filetype`, ''],
  ])('finds the name in %j', (header, filename) => {
    expect(readUploadMetadata(header)).toEqual({ filename });
  });

  it.each<[string, string | undefined, number]>([
    ['nothing', undefined, 400],
    ['an empty header', '', 400],
    ['no name', of({ filetype: 'image/png' }), 400],
    ['what is no base64', 'filename a-b_', 400],
    ['a name twice', `${of({ filename: 'a' })},${of({ filename: 'b' })}`, 400],
    ['spaces everywhere', 'filename  YQ==', 400],
    ['what reaches a prototype', `${of({ filename: 'a' })},constructor YQ==`, 400],
    ['too much', of({ filename: 'x'.repeat(4096) }), 400],
    ['what is no UTF-8', of({ filename: Buffer.from([0xff, 0xfe, 0x41]) }), 422],
  ])('refuses %s', (_what, header, status) => {
    const read = () => readUploadMetadata(header);
    expect(read).toThrow(ProblemException);
    expect(statusOf(read)).toBe(status);
  });
});

function statusOf(read: () => unknown): number | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as ProblemException).getStatus();
  }
}
