import { describe, expect, it } from 'vitest';
import { MultipartSplitter } from './multipart-splitter.js';

interface Part {
  headers: string;
  data: string;
}

/** Splits a body that arrives in chunks of this many bytes. */
function split(body: string, chunkBytes = body.length): Part[] {
  const splitter = new MultipartSplitter('b');
  const bytes = Buffer.from(body, 'latin1');
  const parts: Part[] = [];
  let open = false;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    for (const piece of splitter.push(bytes.subarray(at, at + chunkBytes))) {
      if (open === (piece.kind === 'headers')) throw new Error(`${piece.kind} is out of order`);
      if (piece.kind === 'headers') {
        open = true;
        parts.push({ headers: piece.bytes.toString('latin1'), data: '' });
      } else if (piece.kind === 'data') {
        parts.at(-1)!.data += piece.bytes.toString('latin1');
      } else {
        open = false;
      }
    }
  }
  splitter.end();
  return parts;
}

const BODIES: [string, string, Part[]][] = [
  ['one part', '--b\r\nA: 1\r\n\r\nx\r\n--b--', [{ headers: 'A: 1', data: 'x' }]],
  [
    'two parts, a preamble and an epilogue',
    'hello\r\n--b\r\nA: 1\r\nB: 2\r\n\r\nx\r\ny\r\n--b\r\nC: 3\r\n\r\nz\r\n--b--\r\n--b\r\nnothing',
    [
      { headers: 'A: 1\r\nB: 2', data: 'x\r\ny' },
      { headers: 'C: 3', data: 'z' },
    ],
  ],
  ['an empty part', '--b\r\nA: 1\r\n\r\n\r\n--b--', [{ headers: 'A: 1', data: '' }]],
  ['an empty part without its line break', '--b\r\nA: 1\r\n\r\n--b--', [{ headers: 'A: 1', data: '' }]],
  ['a part without headers', '--b\r\n\r\nx\r\n--b--', [{ headers: '', data: 'x' }]],
  ['white space behind the delimiter', '--b \t\r\nA: 1\r\n\r\nx\r\n--b--', [{ headers: 'A: 1', data: 'x' }]],
  ['line breaks as data', '--b\r\nA: 1\r\n\r\n\r\n\r\n\r\n--b--', [{ headers: 'A: 1', data: '\r\n\r\n' }]],
  ['no part', '--b--', []],
];

describe('MultipartSplitter', () => {
  it.each(BODIES)('splits %s', (_what, body, parts) => {
    for (let bytes = 1; bytes <= body.length; bytes++)
      expect({ bytes, parts: split(body, bytes) }).toEqual({ bytes, parts });
  });

  it('keeps data that only looks like a delimiter', () => {
    const data = '-b\n--b\r--b\r\n-\r\n--\r\n--c\r\n\r\n-\r\n--';
    const body = `--b\r\nA: 1\r\n\r\n${data}\r\n--b--`;
    for (let bytes = 1; bytes <= body.length; bytes++) {
      expect(split(body, bytes)).toEqual([{ headers: 'A: 1', data }]);
    }
  });

  it('gives data on while it arrives', () => {
    const splitter = new MultipartSplitter('b');
    let held = 0;
    const chunk = Buffer.alloc(64 * 1024, 1);
    expect([...splitter.push(Buffer.from('--b\r\nA: 1\r\n\r\n'))]).toHaveLength(1);
    for (let count = 0; count < 100; count++) {
      held += chunk.length;
      for (const piece of splitter.push(chunk)) held -= piece.kind === 'data' ? piece.bytes.length : 0;
      expect(held).toBeLessThan(10);
    }
  });

  it.each([
    ['nothing', ''],
    ['no delimiter', 'hello'],
    ['a long preamble', 'x'.repeat(20_000)],
    ['no last delimiter', '--b\r\nA: 1\r\n\r\nx'],
    ['half a last delimiter', '--b\r\nA: 1\r\n\r\nx\r\n--b-'],
    ['unfinished headers', '--b\r\nA: 1\r\n'],
    ['headers without an end', `--b\r\n${'A: 1\r\n'.repeat(5000)}`],
    ['a longer delimiter', '--bc\r\nA: 1\r\n\r\nx\r\n--bc--'],
    ['something behind a delimiter', `--b${' '.repeat(100)}\r\nA: 1\r\n\r\nx\r\n--b--`],
  ])('refuses %s', (_what, body) => {
    for (const bytes of [1, 7, body.length || 1])
      expect(() => split(body, bytes)).toThrow('malformed_multipart');
  });
});
