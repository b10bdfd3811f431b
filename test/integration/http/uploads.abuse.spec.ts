import type { TaskView } from '@app/contracts';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { exchange, open, readAnswer, uploadBody, uploadHead, type RawAnswer } from './raw-request.js';
import { problemOf, refusal } from './problem-of.js';
import { expectUnharmed } from './unharmed.js';

const LIMIT = 1024 * 1024;

const told = ({ status, headers, body }: RawAnswer) => ({
  status,
  contentType: headers['content-type'],
  body,
});

describe('hostile uploads', () => {
  let api: TestApi;
  let photo: Buffer;
  let before: number;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    api = await TestApi.start({
      AMQP_URL: 'amqp://127.0.0.1:1',
      MAX_UPLOAD_BYTES: String(LIMIT),
      UPLOAD_IDLE_TIMEOUT: '1s',
    });
    await api.session();
  });
  afterAll(() => api.remove());
  beforeEach(async () => {
    before = await api.countTasks();
  });
  afterEach(() => expectUnharmed(api, before, photo));

  /** A whole upload of these bytes. */
  const send = (body: string | Buffer, more = '', length: number | string = Buffer.byteLength(body)) =>
    exchange(api.url, uploadHead(api.url, length, more), body);
  const part = (headers: string, content = 'x') => `--b\r\n${headers}\r\n\r\n${content}\r\n`;
  const field = (name: string, content: string) =>
    part(`Content-Disposition: form-data; name="${name}"`, content);
  const file = (name: string, content: string, filename = 'a.jpg') =>
    part(`Content-Disposition: form-data; name="${name}"; filename="${filename}"`, content);
  const host = () => new URL(api.url).host;

  it('an empty body', async () => {
    const answer = await exchange(
      api.url,
      `POST /v1/tasks HTTP/1.1\r\nHost: ${host()}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(problemOf(told(answer))).toMatchObject(refusal(400, 'no_files'));
    expect(problemOf(told(await send('')))).toMatchObject(refusal(400, 'malformed_multipart'));
    expect(problemOf(told(await send('--b--\r\n')))).toMatchObject(refusal(400, 'no_files'));
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
    'multipart/form-data; boundary=a"b',
  ])('no usable boundary: %s', async (contentType) => {
    const head = `POST /v1/tasks HTTP/1.1\r\nHost: ${host()}\r\nContent-Type: ${contentType}\r\nContent-Length: 9\r\n\r\n`;
    expect(problemOf(told(await exchange(api.url, head, '--x--\r\n\r\n')))).toMatchObject(
      refusal(400, 'malformed_multipart'),
    );
  });

  const malformed: [string, string][] = [
    ['a part with an empty field name', part('Content-Disposition: form-data; name=""')],
    ['a part without a field name', part('Content-Disposition: form-data')],
    [
      'a file part with an empty field name',
      part('Content-Disposition: form-data; name=""; filename="a.jpg"'),
    ],
    ['a part without headers', '--b\r\n\r\nx\r\n'],
    ['a part without a disposition', part('Content-Type: image/jpeg')],
    ['a part of another disposition', part('Content-Disposition: attachment; name="image"; filename="a"')],
    [
      'two dispositions',
      part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"'),
    ],
    ['the same parameter twice', part('Content-Disposition: form-data; name="a"; name="b"')],
    ['a header of 100 KB', part(`Content-Disposition: form-data; name="a"\r\nX: ${'x'.repeat(100_000)}`)],
    ['a file name of 100 KB', file('image', 'x', 'x'.repeat(100_000))],
    ['200 headers', part(`Content-Disposition: form-data; name="a"${'\r\nX-H: 1'.repeat(200)}`)],
    ['200 headers of different names', part(`Content-Disposition: form-data; name="a"${numbered(200)}`)],
    ['a header that is none', part('Content-Disposition: form-data; name="a"\r\nnonsense')],
    ['a bare line feed in a header', part('Content-Disposition: form-data; name="a"\nX: 1')],
    ['base64', part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64')],
    ['a delimiter with something behind it', '--bx\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'],
    ['something that is no multipart', 'x'.repeat(20_000)],
  ];
  it.each(malformed)('%s', async (_what, body) => {
    expect(problemOf(told(await send(`${body}--b--\r\n`)))).toMatchObject(
      refusal(400, 'malformed_multipart'),
    );
  });

  it.each([
    ['a body that ends in a file', `${field('type', 'person')}${file('image', 'x').slice(0, -4)}`],
    ['a body that ends in a header', '--b\r\nContent-Dispo'],
    ['a body that ends before its last delimiter', file('image', 'x')],
    ['a body that ends in its last delimiter', `${file('image', 'x')}--b-`],
  ])('%s', async (_what, body) => {
    expect(problemOf(told(await send(body)))).toMatchObject(refusal(400, 'malformed_multipart'));
  });

  it('a file without a name, or in another field', async () => {
    expect(problemOf(told(await send(`${file('image', 'x', '')}--b--`)))).toMatchObject(
      refusal(400, 'no_files'),
    );
    expect(problemOf(told(await send(`${field('image', 'x')}--b--`)))).toMatchObject(
      refusal(400, 'no_files'),
    );
    expect(problemOf(told(await send(`${file('photo', 'x')}--b--`)))).toMatchObject(refusal(400, 'no_files'));
  });

  it('two files, a field twice, too many fields, a field that is too long', async () => {
    const two = `${file('image', 'x')}${file('image', 'y')}--b--`;
    expect(problemOf(told(await send(two)))).toMatchObject(refusal(413, 'too_many_files'));
    const twice = problemOf(
      told(await send(`${field('type', 'person')}${field('type', 'building')}${file('image', 'x')}--b--`)),
    );
    expect(twice).toMatchObject(refusal(400, 'invalid_request'));
    expect(twice.errors).toMatchObject([{ pointer: '/type' }]);
    const many = Array.from({ length: 100 }, (_, index) => field(`f${index}`, 'x')).join('');
    expect(problemOf(told(await send(`${many}--b--`)))).toMatchObject(refusal(400, 'malformed_multipart'));
    const long = problemOf(told(await send(`${field('params', ' '.repeat(100_000))}--b--`)));
    expect(long).toMatchObject(refusal(422, 'invalid_request'));
    expect(long.errors).toMatchObject([{ pointer: '/params' }]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'a[b]', 'a[999999999]'])('a field %s', async (name) => {
    const body = `${field('type', 'person')}${field(name, 'x')}${file('image', 'x')}--b--`;
    expect(problemOf(told(await send(body)))).toMatchObject(refusal(400, 'invalid_request'));
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('control characters and broken UTF-8 in fields', async () => {
    for (const bytes of [Buffer.from('a\u0000b'), Buffer.from('\u001b[2J'), Buffer.from([0xff, 0xfe])]) {
      const head = Buffer.from('--b\r\nContent-Disposition: form-data; name="client_ref"\r\n\r\n');
      const body = Buffer.concat([head, bytes, Buffer.from('\r\n--b--')]);
      const problem = problemOf(told(await send(body)));
      expect(problem).toMatchObject(refusal(422, 'invalid_request'));
      expect(problem.errors).toMatchObject([{ pointer: '/client_ref' }]);
    }
  });

  it('a compressed body', async () => {
    const body = gzipSync(uploadBody(photo));
    expect(problemOf(told(await send(body, 'Content-Encoding: gzip\r\n')))).toMatchObject(
      refusal(415, 'unsupported_content_encoding'),
    );
  });

  describe('too many bytes', () => {
    it('one more than the limit', async () => {
      const body = uploadBody(Buffer.alloc(LIMIT + 1, 1));
      const problem = problemOf(told(await send(body)));
      expect(problem).toMatchObject(refusal(413, 'file_too_large'));
      expect(problem.limit).toBe(LIMIT);
    });

    it('the limit itself is taken as far as its size goes', async () => {
      expect(problemOf(told(await send(uploadBody(Buffer.alloc(LIMIT, 1)))))).toMatchObject(
        refusal(415, 'unsupported_format'),
      );
    });

    it('are refused by their announced length, before a byte of them', async () => {
      const socket = await open(api.url);
      socket.write(uploadHead(api.url, 10 * 1024 ** 3));
      expect(problemOf(told(await readAnswer(socket)))).toMatchObject(refusal(413, 'file_too_large'));
      socket.destroy();
    });

    it('are refused instead of asked for', async () => {
      const socket = await open(api.url);
      socket.write(uploadHead(api.url, 10 * LIMIT, 'Expect: 100-continue\r\n'));
      const answer = await readAnswer(socket);
      expect(problemOf(told(answer))).toMatchObject(refusal(413, 'file_too_large'));
      expect(answer.statusLines).toHaveLength(1);
      socket.destroy();
    });

    it('stop being read, whoever goes on sending', async () => {
      const socket = await open(api.url);
      const closed = once(socket, 'close');
      socket.write(
        uploadHead(api.url, LIMIT + 1000).replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked'),
      );
      const head = uploadBody(Buffer.alloc(0)).subarray(0, -9);
      socket.write(`${head.length.toString(16)}\r\n`);
      socket.write(head);
      const chunk = Buffer.concat([Buffer.from('\r\n10000\r\n'), Buffer.alloc(0x10000, 1)]);
      const answer = readAnswer(socket);
      let sent = 0;
      const pump = () => {
        while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
        if (!socket.destroyed) socket.once('drain', pump);
      };
      pump();
      expect(problemOf(told(await answer))).toMatchObject(refusal(413, 'file_too_large'));
      await closed;
      // The connection is read for a while, so that the answer arrives, and no longer.
      expect(sent).toBeLessThan(64 * LIMIT);
    });
  });

  it('asks a caller who waits for it to go on', async () => {
    const body = uploadBody(Buffer.from('no picture'));
    const socket = await open(api.url);
    socket.write(uploadHead(api.url, body.length, 'Expect: 100-continue\r\n'));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1.1 100 Continue/);
    socket.write(body);
    expect(problemOf(told(await readAnswer(socket)))).toMatchObject(refusal(415, 'unsupported_format'));
    socket.destroy();
  });

  describe('a length that is wrong', () => {
    it('too small', async () => {
      const body = uploadBody(photo);
      expect(problemOf(told(await send(body, '', body.length - 100)))).toMatchObject(
        refusal(400, 'malformed_multipart'),
      );
    });

    it('too large: nothing more comes', async () => {
      const body = uploadBody(photo);
      const problem = problemOf(told(await send(body, '', body.length + 100)));
      expect(problem).toMatchObject(refusal(408, 'invalid_request'));
      expect(problem.detail).toContain('1');
    });

    it('two of them', async () => {
      expect(problemOf(told(await send('x', 'Content-Length: 2\r\n', 1)))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
    });

    it.each(['-1', '1e9', '0x10', '99999999999999999999999'])('%s', async (length) => {
      expect(problemOf(told(await send('x', '', length)))).toMatchObject(refusal(400, 'invalid_request'));
    });

    it('beside chunks', async () => {
      const answer = await send('0\r\n\r\n', 'Transfer-Encoding: chunked\r\n', 5);
      expect(problemOf(told(answer))).toMatchObject(refusal(400, 'invalid_request'));
    });

    it('chunks that are none', async () => {
      const head = uploadHead(api.url, 0).replace('Content-Length: 0', 'Transfer-Encoding: chunked');
      expect(problemOf(told(await exchange(api.url, head, 'zz\r\n')))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
    });
  });

  it('an upload that stands still is given up, and leaves nothing', async () => {
    const socket = await open(api.url);
    socket.write(uploadHead(api.url, photo.length + 1000));
    socket.write(uploadBody(photo).subarray(0, 10_000));
    await vi.waitFor(async () => expect(await readdir(join(api.dataDir, 'incoming'))).toHaveLength(1));
    expect(problemOf(told(await readAnswer(socket)))).toMatchObject(refusal(408, 'invalid_request'));
    socket.destroy();
  });

  it('500 uploads that break off leave no file and no descriptor', async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const body = uploadBody(photo);
    const half = body.subarray(0, body.length / 2);
    const earlier = descriptors();
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const socket = await open(api.url);
          socket.write(uploadHead(api.url, body.length));
          await new Promise((sent) => socket.write(half, sent));
          if (round % 2 === 0) socket.resetAndDestroy();
          else socket.destroy();
        }),
      );
    }
    await vi.waitFor(async () => expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]), {
      timeout: 10_000,
    });
    await vi.waitFor(() => expect(descriptors()).toBeLessThanOrEqual(earlier + 5), { timeout: 10_000 });
  });

  it('names that are paths are shown as their last part, and used nowhere', async () => {
    const cases = [
      ['../../etc/passwd', 'passwd'],
      ['..\\..\\x', 'x'],
      ['%2e%2e%2f', '%2e%2e%2f'],
      ['/abs', 'abs'],
      ['a\u0000b.jpg', 'ab.jpg'],
      ['a\u202Egpj.exe', 'agpj.exe'],
      ['zero\u200Bwidth.jpg', 'zerowidth.jpg'],
      ['x'.repeat(300), 'x'.repeat(200)],
      ['奶奶1953年.jpg', '奶奶1953年.jpg'],
    ] as const;
    for (const [sent, shown] of cases) {
      const head = `--b\r\nContent-Disposition: form-data; name="image"; filename="${sent}"\r\n\r\n`;
      const body = Buffer.concat([
        Buffer.from(field('type', 'person') + head),
        photo,
        Buffer.from('\r\n--b--\r\n'),
      ]);
      const answer = await send(body, `Cookie: ${api.cookie ?? ''}\r\n`);
      expect(answer.status).toBe(202);
      const task = JSON.parse(answer.body) as TaskView;
      expect(task.filename).toBe(shown);
      const served = await api.fetch(task.urls.original);
      const named = /filename\*=UTF-8''(\S+)$/.exec(served.headers.get('content-disposition') ?? '')?.[1];
      expect(decodeURIComponent(named ?? '')).toBe(shown);
      expect(await readdir(join(api.dataDir, 'artifacts', 'originals'))).toContain(`${task.id}.jpg`);
      expect((await api.fetch(task.urls.self, { method: 'DELETE' })).status).toBe(204);
    }
  });

  it('a JPEG with a page behind its end is served as a picture to keep, never as a page', async () => {
    const polyglot = Buffer.concat([photo, Buffer.from('<html><script>alert(1)</script></html>')]);
    const response = await api.submit(polyglot);
    expect(response.status).toBe(202);
    const { urls } = (await response.json()) as TaskView;
    const original = await api.fetch(urls.original);
    expect(original.headers.get('x-content-type-options')).toBe('nosniff');
    expect(original.headers.get('content-type')).toBe('image/jpeg');
    expect(original.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(original.headers.get('content-security-policy')).toContain("default-src 'none'");
    const thumbnail = Buffer.from(await (await api.fetch(urls.thumbnail)).arrayBuffer());
    expect(thumbnail.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
    expect(thumbnail.includes('script')).toBe(false);
    expect((await api.fetch(urls.self, { method: 'DELETE' })).status).toBe(204);
  });

  it('a method that a header asks for is not the method', async () => {
    const { id } = (await (await api.submit(photo)).json()) as TaskView;
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      const response = await api.fetch(`/v1/tasks/${id}`, { headers: { [name]: 'DELETE' } });
      expect(response.status).toBe(200);
    }
    expect((await api.fetch(`/v1/tasks/${id}`, { method: 'DELETE' })).status).toBe(204);
  });
});

function numbered(count: number): string {
  return Array.from({ length: count }, (_, index) => `\r\nX-H${index}: 1`).join('');
}
