import type { TaskView } from '@app/contracts';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { Upload, type HttpRequest } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { TestApi } from '../../support/test-api.js';
import { open, readAnswer } from '../http/raw-request.js';
import { BYTES, idOf, Tus } from './tus.js';

const KB = 1024;
const CHUNK = 64 * KB;
const CUTS = 20;
const NO_BROKER = 'amqp://127.0.0.1:1';

describe('a photo over a line that breaks', () => {
  let api: TestApi;
  let tus: Tus;
  let photo: Buffer;

  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: NO_BROKER, UPLOAD_IDLE_TIMEOUT: '5s' });
    tus = new Tus(api.visitor());
    await tus.caller.session();
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    photo = await sharp({ create: { width: 1300, height: 1000, channels: 3, background: '#888', noise } })
      .png()
      .toBuffer();
  });
  afterAll(() => api.remove());

  const fileOf = (path: string) => join(api.dataDir, 'incoming', `${idOf(path)}.upload`);
  const arrived = async (path: string) => (await stat(fileOf(path))).size;

  /** Begins to send `length` bytes from `offset` on, and sends the first of them. */
  async function beginToSend(path: string, offset: number, length: number, sent: Buffer): Promise<Socket> {
    const socket = await open(api.url);
    const { cookie } = await tus.caller.headers();
    socket.write(
      `PATCH ${path} HTTP/1.1\r\nHost: ${new URL(api.url).host}\r\nCookie: ${cookie}\r\nTus-Resumable: 1.0.0\r\n` +
        `Upload-Offset: ${offset}\r\nContent-Type: ${BYTES}\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write(sent);
    return socket;
  }

  it('loses nothing that came before it was cut, twenty times', async () => {
    const path = await tus.begun({ length: photo.length });
    for (let cut = 0, offset = 0; cut < CUTS; cut += 1) {
      const piece = photo.subarray(offset, offset + 1 + Math.floor((cut * photo.length) / CUTS ** 2));
      const socket = await beginToSend(path, offset, photo.length - offset, piece);
      socket.resume().end();
      await once(socket, 'close');
      offset += piece.length;
      expect(await tus.offset(path)).toBe(offset);
    }
    const offset = (await tus.offset(path))!;
    expect((await tus.send(path, offset, photo.subarray(offset))).status).toBe(204);
    const claimed = await tus.claim(path, null);
    const task = (await claimed.json()) as TaskView;
    expect([claimed.status, task.input.sha256]).toEqual([202, sha256(photo)]);
  });

  it('is sent by tus-js-client through twenty resets, no piece of it twice beyond a chunk', async () => {
    const proxy = await TcpProxy.to(api.url);
    onTestFinished(() => proxy.close());
    proxy.slow(8 * 1024 * KB);
    const offsets: number[] = [];
    let cuts = 0;
    const headers = await tus.caller.headers();
    const path = await new Promise<string>((resolve, reject) => {
      const upload = new Upload(photo, {
        endpoint: `${proxy.url}/v1/uploads`,
        chunkSize: CHUNK,
        headers,
        metadata: { filename: 'a.png' },
        retryDelays: Array.from({ length: CUTS }, () => 10),
        onBeforeRequest: (request: HttpRequest) => {
          if (request.getMethod() === 'PATCH') offsets.push(Number(request.getHeader('Upload-Offset')));
        },
        onProgress: (sent) => {
          if (cuts >= CUTS || sent < (cuts + 1) * (photo.length / (CUTS + 2))) return;
          cuts += 1;
          proxy.reset();
        },
        onError: reject,
        onSuccess: () => resolve(new URL(upload.url!).pathname),
      });
      upload.start();
    });
    expect(cuts).toBe(CUTS);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    // Each request sends a chunk; what was sent in all is the photo and what the cuts have cost.
    const sent = offsets.reduce((sum, offset) => sum + Math.min(CHUNK, photo.length - offset), 0);
    expect(sent).toBeLessThanOrEqual(photo.length + CUTS * CHUNK);
    const task = (await (await tus.claim(path, null)).json()) as TaskView;
    expect(task.input.sha256).toBe(sha256(photo));
  });

  it('goes on after the API was stopped and started', async () => {
    let own = await TestApi.start({ AMQP_URL: NO_BROKER });
    onTestFinished(() => own.remove());
    const visitor = own.visitor();
    const before = new Tus(visitor);
    const path = await before.begun({ length: photo.length, body: photo.subarray(0, CHUNK) });
    await own.close();
    own = await TestApi.start({ AMQP_URL: NO_BROKER, DATA_DIR: own.dataDir });
    const same = own.visitor();
    same.cookie = visitor.cookie;
    const after = new Tus(same);
    expect(await after.offset(path)).toBe(CHUNK);
    expect((await after.send(path, CHUNK, photo.subarray(CHUNK))).status).toBe(204);
    expect((await after.claim(path, null)).status).toBe(202);
  });

  it('belongs to whoever asks last: a line that hangs holds up nobody', async () => {
    const path = await tus.begun({ length: photo.length });
    const hanging = await beginToSend(path, 0, photo.length, photo.subarray(0, CHUNK));
    await vi.waitFor(async () => expect(await arrived(path)).toBe(CHUNK));
    const began = performance.now();
    expect(await tus.offset(path)).toBe(CHUNK);
    // One that does not let go is waited for 10 s.
    expect(performance.now() - began).toBeLessThan(8_000);
    const early = await readAnswer(hanging);
    expect([early.status, early.headers['upload-offset'], early.headers['connection']]).toEqual([
      204,
      String(CHUNK),
      'close',
    ]);
    hanging.destroy();
    expect((await tus.send(path, CHUNK, photo.subarray(CHUNK))).status).toBe(204);
  });

  it('is told how far it came when nothing comes any more, and keeps it', async () => {
    const path = await tus.begun({ length: photo.length });
    const silent = await beginToSend(path, 0, photo.length, photo.subarray(0, 1000));
    const answer = await readAnswer(silent);
    expect([answer.status, answer.headers['upload-offset']]).toEqual([204, '1000']);
    silent.destroy();
    expect(await tus.offset(path)).toBe(1000);
  });

  it('leaves nothing where it was cut before anybody knew its address', async () => {
    const uploads = async () => (await readdir(join(api.dataDir, 'incoming'))).length;
    const before = await uploads();
    const socket = await open(api.url);
    const { cookie } = await tus.caller.headers();
    const filename = Buffer.from('a.png').toString('base64');
    socket.write(
      `POST /v1/uploads HTTP/1.1\r\nHost: ${new URL(api.url).host}\r\nCookie: ${cookie}\r\nTus-Resumable: 1.0.0\r\n` +
        `Upload-Length: ${photo.length}\r\nUpload-Metadata: filename ${filename}\r\n` +
        `Content-Type: ${BYTES}\r\nContent-Length: ${photo.length}\r\n\r\n`,
    );
    socket.write(photo.subarray(0, CHUNK));
    await vi.waitFor(async () => expect(await uploads()).toBe(before + 1));
    socket.resetAndDestroy();
    await vi.waitFor(async () => expect(await uploads()).toBe(before));
  });

  it('takes one of two senders at once at a time, and what both sent is what was meant', async () => {
    const path = await tus.begun({ length: photo.length });
    const results: (number | undefined)[] = [];
    const sendAll = async () => {
      for (let offset = 0; offset < photo.length;) {
        const answer = await tus.send(path, offset, photo.subarray(offset, offset + CHUNK));
        results.push(answer.status);
        offset = (await tus.offset(path))!;
      }
    };
    await Promise.all([sendAll(), sendAll()]);
    expect(results.every((status) => status === 204 || status === 409)).toBe(true);
    const task = (await (await tus.claim(path, null)).json()) as TaskView;
    expect(task.input.sha256).toBe(sha256(photo));
  });
});

describe('a photo that comes by two instances', () => {
  it('goes on at either, and neither writes into what the other has', async () => {
    const postgres = await PrivatePostgres.start();
    onTestFinished(() => postgres.stop());
    const settings = { AMQP_URL: NO_BROKER, DATABASE_URL: postgres.url };
    const one = await TestApi.start(settings);
    onTestFinished(() => one.remove());
    const other = await TestApi.start({ ...settings, DATA_DIR: one.dataDir });
    onTestFinished(() => other.close());
    await one.session();
    other.cookie = one.cookie;
    const [here, there] = [new Tus(one), new Tus(other)];
    const bytes = randomBytes(10 * CHUNK);
    const path = await here.begun({ length: bytes.length });
    const sendAll = async (tus: Tus) => {
      for (let offset = 0; offset < bytes.length;) {
        await tus.send(path, offset, bytes.subarray(offset, offset + CHUNK));
        offset = (await tus.offset(path))!;
      }
    };
    await Promise.all([sendAll(here), sendAll(there)]);
    expect(await there.offset(path)).toBe(bytes.length);
    // These are no picture, which is told by whichever is asked.
    expect((await there.claim(path, null)).status).toBe(415);
    expect(await here.offset(path)).toBeUndefined();
  });
});

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
