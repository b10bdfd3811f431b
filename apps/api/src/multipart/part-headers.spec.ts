import { describe, expect, it } from 'vitest';
import { readBoundary } from './boundary.js';
import { readPartHeaders } from './part-headers.js';

const read = (text: string) => readPartHeaders(Buffer.from(text, 'utf8'));
const disposition = (rest: string) => read(`Content-Disposition: form-data; ${rest}`);

describe('readPartHeaders', () => {
  it.each([
    ['name="image"; filename="a.jpg"', 'image', 'a.jpg'],
    ['name=image; filename=a.jpg', 'image', 'a.jpg'],
    ['name="type"', 'type', undefined],
    ['name="image"; filename=""', 'image', ''],
    ['name="image"; filename="奶奶1953年.jpg"', 'image', '奶奶1953年.jpg'],
    ['name="image"; filename="a%22b%0D%0A.jpg"', 'image', 'a"b\r\n.jpg'],
    ['name="image"; filename="50%.jpg"', 'image', '50%.jpg'],
    ['name="image"; filename="a\\"b.jpg"', 'image', 'a"b.jpg'],
    ['name="image"; filename="C:\\photos\\a.jpg"', 'image', 'C:\\photos\\a.jpg'],
    ['name="image"; filename="x"; filename*=UTF-8\'\'%E5%A5%B6.jpg', 'image', '奶.jpg'],
    ['NAME="image";FileName="a"', 'image', 'a'],
    ['name="image"; filename="a\u0000b.jpg"', 'image', 'a\u0000b.jpg'],
    ['name="a;b=c"; filename="d; e"', 'a;b=c', 'd; e'],
  ])('reads %s', (rest, name, filename) => {
    expect(disposition(rest)).toEqual({ name, filename });
  });

  it('keeps a name of another character set as it came', () => {
    const bytes = Buffer.from(
      'Content-Disposition: form-data; name="image"; filename="caf\u00e9.jpg"',
      'latin1',
    );
    expect(readPartHeaders(bytes).filename).toBe('caf\u00e9.jpg');
  });

  it('takes other headers', () => {
    const text = 'content-type: image/jpeg\r\nCONTENT-DISPOSITION: form-data; name="a"\r\nX-Other: 1';
    expect(read(text)).toEqual({ name: 'a', filename: undefined });
  });

  it.each(['name=""', 'filename="a"', 'filename="a"; name=""'])('says that there is no name: %s', (rest) => {
    expect(() => disposition(rest)).toThrow('malformed_multipart.field_name');
  });

  it.each([
    '',
    'Content-Type: image/jpeg',
    'Content-Disposition: attachment; name="a"',
    'Content-Disposition: form-datax; name="a"',
    'Content-Disposition: form-data name="a"',
    'Content-Disposition: form-data; name="a" x',
    'Content-Disposition: form-data; name="a"; name="b"',
    'Content-Disposition: form-data; name="a',
    'Content-Disposition: form-data; name="a"; filename*=UTF-8\'\'%zz',
    'Content-Disposition: form-data; name="a"; filename*=latin1\'\'x',
    'Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"',
    'Content-Disposition: form-data; name="a"\r\n folded: 1',
    'Content-Disposition: form-data; name="a"\nX: 1',
    'Content-Disposition : form-data; name="a"',
    'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64',
    `Content-Disposition: form-data; name="a"${'\r\nX: 1'.repeat(60)}`,
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow('malformed_multipart');
  });

  it('reads hostile parameters in no time', () => {
    const started = process.cpuUsage();
    for (const rest of [
      `name="${'\\"'.repeat(8000)}`,
      `name=a${' ;'.repeat(8000)}`,
      `${'\t'.repeat(16_000)};`,
    ]) {
      expect(() => disposition(rest)).toThrow('malformed_multipart');
    }
    expect(process.cpuUsage(started).user).toBeLessThan(500_000);
  });
});

describe('readBoundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data; boundary="a b:c"', 'a b:c'],
    ['multipart/form-data; charset=utf-8; BOUNDARY=----WebKitFormBoundaryA1', '----WebKitFormBoundaryA1'],
    ['multipart/form-data; boundary=a; x=y', 'a'],
  ])('reads %s', (contentType, boundary) => {
    expect(readBoundary(contentType)).toBe(boundary);
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary="a "',
    "multipart/form-data; boundary=a'b(c)",
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
    'multipart/form-data; xboundary=a',
  ])('refuses %s', (contentType) => {
    expect(() => readBoundary(contentType)).toThrow('malformed_multipart.boundary');
  });
});
