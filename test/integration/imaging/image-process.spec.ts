import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { DEFAULT_IMAGE_LIMITS, ImageError, ImageProcess, type ImageProcessOptions } from '@app/imaging';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PictureFolder } from '../../../libs/imaging/test/picture-folder.js';
import { MEBIBYTE } from './child-memory.js';
import { deepPng } from './large-pictures.js';

let folder: PictureFolder;
let photo: string;
/** Takes about half a second to decode: long enough to do something to the child meanwhile. */
let slow: string;
let started: ImageProcess[] = [];

beforeAll(async () => {
  folder = await PictureFolder.create();
  const grey = sharp({ create: { width: 1200, height: 900, channels: 3, background: '#777' } });
  photo = await folder.put('photo', await grey.jpeg().toBuffer());
  slow = await folder.put('slow', await deepPng(6000, false));
});
afterEach(async () => {
  await Promise.all(started.map((pictures) => pictures.close()));
  started = [];
  // Whatever happened: no half thumbnail stays.
  expect((await folder.names()).filter((name) => name.endsWith('.part'))).toEqual([]);
});
afterAll(async () => folder.remove());

function start(options: Partial<ImageProcessOptions> = {}): ImageProcess {
  const pictures = new ImageProcess({ limits: DEFAULT_IMAGE_LIMITS, ...options });
  started.push(pictures);
  return pictures;
}

let targets = 0;
const target = (): string => `${folder.path}/thumbnail-${(targets += 1)}.jpg`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** What was thrown; waited for from now on, so that it is never unhandled. */
const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );

/** Resolves with the child (not the old one) as soon as it has the slow picture open, which it has to the end. */
async function busyChild(pictures: ImageProcess, old?: number): Promise<number> {
  return await vi.waitFor(
    async () => {
      const { pid } = pictures;
      if (pid === undefined || pid === old) throw new Error('There is no new child yet.');
      const files = await readdir(`/proc/${pid}/fd`);
      const open = await Promise.all(
        files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => 'closed meanwhile')),
      );
      expect(open).toContain(slow);
      return pid;
    },
    { timeout: 20_000, interval: 5 },
  );
}

describe('ImageProcess', () => {
  it('takes a picture in and writes its thumbnail', async () => {
    const path = target();
    expect(await start().takeIn(photo, path)).toMatchObject({
      format: 'jpeg',
      mediaType: 'image/jpeg',
      width: 1200,
      height: 900,
      thumbnail: { mediaType: 'image/jpeg', width: 480, height: 360 },
    });
    expect(await sharp(path).metadata()).toMatchObject({ format: 'jpeg', width: 480, height: 360 });
  });

  it.each([
    ['files', { maxBytes: 1000 }, 'file_too_large'],
    ['pixels', { maxPixels: 1_000_000 }, 'image_too_many_pixels'],
  ])('makes thumbnails of results, which may have more %s than uploads', async (_, limit, code) => {
    const pictures = start({ limits: { ...DEFAULT_IMAGE_LIMITS, ...limit } });
    const path = target();
    expect((await pictures.takeInResult(photo, path, { side: 64 })).thumbnail).toMatchObject({
      width: 64,
      height: 48,
    });
    expect(existsSync(path)).toBe(true);
    await expect(pictures.takeIn(photo, target())).rejects.toMatchObject({ code });
  });

  it('passes refusals with code, words and figures, and errors of the file system with their code', async () => {
    const pictures = start();
    const text = await folder.put('text', 'a letter to the family');
    const error: unknown = await pictures.takeIn(text, target()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ code: 'unsupported_format', details: { detected: 'text' } });
    expect((error as Error).message).toContain('looks like a text file');
    await expect(pictures.takeIn(`${folder.path}/nothing`, target())).rejects.toMatchObject({
      code: 'ENOENT',
    });
    await expect(pictures.takeIn(photo, `${folder.path}/missing/x.jpg`)).rejects.toMatchObject({
      name: 'Error',
      code: 'EIO',
    });
  });

  it('starts no child before a picture comes, ends it when idle, and starts another', async () => {
    const pictures = start({ idleMs: 50 });
    expect(pictures.pid).toBeUndefined();
    await pictures.takeIn(photo, target());
    const first = pictures.pid!;
    await vi.waitFor(() => expect(pictures.pid).toBeUndefined(), 5000);
    expect(isAlive(first)).toBe(false);
    await expect(pictures.takeIn(photo, target())).resolves.toMatchObject({ width: 1200 });
    expect(pictures.pid).not.toBe(first);
  });

  it('runs pictures again whose child was killed once, and blames none of them', async () => {
    const pictures = start();
    const both = Promise.all([pictures.takeIn(slow, target()), pictures.takeIn(slow, target())]);
    process.kill(await busyChild(pictures), 'SIGKILL');
    expect((await both).map(({ width }) => width)).toEqual([6000, 6000]);
  });

  it('blames what kills its child twice, and goes on with the next', async () => {
    const pictures = start();
    const killer = thrownBy(pictures.takeIn(slow, target()));
    const waiting = pictures.takeIn(photo, target());
    const first = await busyChild(pictures);
    process.kill(first, 'SIGSEGV');
    process.kill(await busyChild(pictures, first), 'SIGSEGV');
    expect(await killer).toMatchObject({
      code: 'image_damaged',
      message: 'The file is damaged or was not copied completely: it cannot be read safely.',
      cause: { message: expect.stringContaining('SIGSEGV') as string },
    });
    expect(await waiting).toMatchObject({ width: 1200 });
  });

  it('kills a child that takes too much memory; the pictures beside the hostile one are taken', async () => {
    const hostile = await folder.put('hostile', await deepPng(7000, true));
    const pictures = start({ memoryBytes: 300 * MEBIBYTE });
    const refused = thrownBy(pictures.takeIn(hostile, target()));
    const neighbours = Array.from({ length: 4 }, () => pictures.takeIn(slow, target()));
    expect(await refused).toMatchObject({
      code: 'image_damaged',
      cause: { message: expect.stringContaining('memory') as string },
    });
    expect((await Promise.all(neighbours)).map(({ width }) => width)).toEqual([6000, 6000, 6000, 6000]);
  });

  it('kills a child that hangs, refuses the picture in it, and goes on with the next', async () => {
    const limits = { ...DEFAULT_IMAGE_LIMITS, decodeTimeoutMs: 5000 };
    const pictures = start({ limits, concurrency: 1 });
    const hanging = thrownBy(pictures.takeIn(slow, target()));
    const waiting = pictures.takeIn(photo, target());
    const pid = await busyChild(pictures);
    process.kill(pid, 'SIGSTOP');
    expect(await hanging).toMatchObject({
      code: 'image_damaged',
      message: 'This picture takes longer than 5 s to read.',
      details: { limit: 5000 },
    });
    expect(isAlive(pid)).toBe(false);
    expect(await waiting).toMatchObject({ width: 1200 });
  });

  it('lets a caller go who waits, and leaves nothing of one whose picture runs', async () => {
    const pictures = start({ concurrency: 1 });
    const [runs, waits] = [new AbortController(), new AbortController()];
    const path = target();
    const running = thrownBy(pictures.takeIn(slow, path, { signal: runs.signal }));
    const waiting = thrownBy(pictures.takeIn(slow, target(), { signal: waits.signal }));
    await busyChild(pictures);
    waits.abort('the second caller hung up');
    expect(await waiting).toBe('the second caller hung up');
    runs.abort('the first caller hung up');
    expect(await running).toBe('the first caller hung up');
    expect(existsSync(path)).toBe(false);
    expect(await thrownBy(pictures.takeIn(photo, path, { signal: AbortSignal.abort('gone before') }))).toBe(
      'gone before',
    );
    await expect(pictures.takeIn(photo, target())).resolves.toMatchObject({ width: 1200 });
  });

  it('refuses what waits and what runs when it is closed, with no word against the picture', async () => {
    const pictures = start({ concurrency: 1 });
    const refused = [slow, photo].map((path) => thrownBy(pictures.takeIn(path, target())));
    const pid = await busyChild(pictures);
    await pictures.close();
    expect(isAlive(pid)).toBe(false);
    refused.push(thrownBy(pictures.takeIn(photo, target())));
    const closed = { name: 'Error', message: 'Pictures are not decoded any more: the program is ending.' };
    expect(await Promise.all(refused)).toMatchObject([closed, closed, closed]);
  });

  it('gives the child none of the settings of its parent', async () => {
    vi.stubEnv('AMQP_URL', 'amqp://someone:secret@broker');
    const pictures = start();
    await pictures.takeIn(photo, target());
    const names = (await readFile(`/proc/${pictures.pid}/environ`, 'latin1'))
      .split('\0')
      .map((setting) => setting.split('=')[0]);
    vi.unstubAllEnvs();
    expect(names.filter((name) => name && !name.startsWith('NODE_CHANNEL_'))).toEqual(['MALLOC_ARENA_MAX']);
  });
});

describe('a program with an ImageProcess', () => {
  const program = (body: string): string => `
    import { DEFAULT_IMAGE_LIMITS, ImageProcess } from './dist/libs/imaging/src/index.js';
    const pictures = new ImageProcess({ limits: DEFAULT_IMAGE_LIMITS });
    ${body}`;
  const run = (body: string) =>
    spawn(process.execPath, ['--input-type=module', '--eval', program(body)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('ends by itself when its pictures are done, and the child with it', async () => {
    const parent = run(`
      await pictures.takeIn(${JSON.stringify(photo)}, ${JSON.stringify(target())});
      console.log(pictures.pid);`);
    const lines: string[] = [];
    parent.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    expect(await new Promise((resolve) => parent.once('exit', resolve))).toBe(0);
    const pid = Number(lines.join(''));
    expect(pid).toBeGreaterThan(0);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000);
  });

  it('takes the child along when it is killed in the middle of a picture', async () => {
    const parent = run(`
      void pictures.takeIn(${JSON.stringify(slow)}, ${JSON.stringify(target())});
      console.log(pictures.pid);
      setInterval(() => pictures.takeIn(${JSON.stringify(slow)}, ${JSON.stringify(target())}), 100);`);
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000);
    // What a killed program leaves of a thumbnail has a name that nobody asks for.
    await folder.removeParts();
  });
});
