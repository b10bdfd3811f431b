import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryEntry, SystemStats } from '@app/comfyui';
import { basicGraph, colouringGraph } from '../support/comfy-targets.js';
import { startEngine, type TestEngine } from '../support/engine.js';
import { ProbeSocket, ProtocolProbe, randomPicture } from '../support/protocol-probe.js';

/** What the built-in engine does better than a real server, or has on top of it. */
describe('the built-in engine beside the protocol', () => {
  let engine: TestEngine;
  let probe: ProtocolProbe;
  let socket: ProbeSocket;

  beforeEach(async () => {
    engine = await startEngine();
    probe = new ProtocolProbe(engine.url);
    socket = await ProbeSocket.open(engine.url);
  });
  afterEach(() => engine.remove());

  async function run(graph: ReturnType<typeof basicGraph>): Promise<HistoryEntry> {
    const { prompt_id: promptId } = await probe.submit(graph, { client_id: socket.clientId });
    await socket.untilEnd(promptId);
    return (await probe.history(promptId)) as HistoryEntry;
  }

  it('says what it is, and shows no path', async () => {
    const { system } = (await probe.get('/system_stats')).body as SystemStats;
    expect(system.built_in_engine).toEqual({ version: '0.1.0', colouring: 'preview' });
    expect(system.argv).toEqual([]);
  });

  it('colours a picture, tells how far it is, and keeps its size', async () => {
    const entry = await run(colouringGraph(await probe.uploadPicture(), 'coloured'));
    const progress = socket.events.flatMap((event) => (event.type === 'progress' ? [event.data] : []));
    expect(progress.map(({ value, max, node }) => [value, max, node])).toEqual([
      [50, 100, '2'],
      [100, 100, '2'],
    ]);
    expect(entry.status.status_str).toBe('success');
    const picture = await fetch(`${engine.url}/view?filename=coloured_00001_.png`);
    const { data, info } = await sharp(await picture.arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true });
    const [red, green, blue] = data;
    expect([info.width, info.height, green, blue]).toEqual([64, 48, red! >> 1, 0]);
  });

  it('keeps the graph in the file, as ComfyUI does', async () => {
    await run({
      ...basicGraph(await probe.uploadPicture(), '照片'),
    });
    const picture = await fetch(`${engine.url}/view?filename=照片_00001_.png`);
    const { comments } = await sharp(await picture.arrayBuffer()).metadata();
    const text = comments?.find((comment) => comment.keyword === 'prompt')?.text ?? '';
    expect(JSON.parse(text)).toMatchObject({ 4: { inputs: { filename_prefix: '照片' } } });
  });

  it.each([
    ['D_DDColor', { model_input_size: 512, checkpoint: 'ddcolor_modelscope.pth' }],
    ['DDColor-DDColorize', { size: 512, model: 'ddcolor-imagenet' }],
  ])('knows %s as well', async (className, inputs) => {
    const graph = colouringGraph(await probe.uploadPicture(), 'alias');
    const entry = await run({
      ...graph,
      '2': { class_type: className, inputs: { image: ['1', 0], ...inputs } },
    });
    expect(entry.status.status_str).toBe('success');
  });

  it.each([460, 680])('fails at size %i with the error of the real network', async (size) => {
    const entry = await run(colouringGraph(await probe.uploadPicture(), 'never', size));
    const expected = size === 460 ? 'Expected size 56 but got size 57' : 'Expected size 84 but got size 85';
    expect(entry.status.messages.at(-1)).toMatchObject([
      'execution_error',
      {
        node_id: '2',
        exception_type: 'RuntimeError',
        exception_message: expect.stringContaining(expected) as string,
      },
    ]);
  });

  it('stops a colouring node in the middle', async () => {
    engine.colouriser.hold();
    const { prompt_id: promptId } = await probe.submit(colouringGraph(await probe.uploadPicture(), 'never'), {
      client_id: socket.clientId,
    });
    await socket.untilNode('2');
    await probe.call('POST', '/interrupt', { prompt_id: promptId });
    await socket.untilEnd(promptId);
    const entry = await probe.history(promptId);
    expect(entry?.status.messages.at(-1)).toMatchObject([
      'execution_interrupted',
      { node_id: '2', executed: ['1'] },
    ]);
    expect(await readdir(join(engine.dir, 'output'))).toEqual([]);
  });

  it('keeps a new socket when the old one of the same client closes at last', async () => {
    const newer = await ProbeSocket.open(engine.url, socket.clientId);
    await socket.close();
    const { prompt_id: promptId } = await probe.submit(basicGraph(await probe.uploadPicture(), 'deaf'), {
      client_id: newer.clientId,
    });
    await newer.untilEnd(promptId);
    expect(socket.events).toHaveLength(1);
  });

  it('survives equal numbers with equal prompt ids, first come first served', async () => {
    engine.colouriser.hold();
    const image = await probe.uploadPicture();
    const members = { client_id: socket.clientId };
    await probe.submit(colouringGraph(image, 'first'), members);
    await socket.untilNode('2');
    const id = randomUUID();
    const numbered = { ...members, number: 5 };
    await probe.submit(basicGraph(image, 'a'), { ...numbered, prompt_id: id });
    await probe.submit(basicGraph(image, 'b'), { ...numbered, prompt_id: id });
    const { prompt_id: last } = await probe.submit(basicGraph(image, 'c'), {
      ...numbered,
      prompt_id: '00000000-0000-4000-8000-000000000000',
    });
    engine.colouriser.release();
    await socket.untilEnd(last);
    const files = socket.events.flatMap((event) =>
      event.type === 'executed' ? [event.data.output?.images] : [],
    );
    expect(files.map((images) => images?.[0]?.filename)).toEqual(
      ['first', 'a', 'b', 'c'].map((n) => `${n}_00001_.png`),
    );
  });

  it('has the outputs of a cached prompt without a client id in the history', async () => {
    const graph = basicGraph(await probe.uploadPicture(), 'anonymous');
    const first = await run(graph);
    const { prompt_id: promptId } = await probe.submit(graph);
    await expect.poll(() => probe.history(promptId)).toMatchObject({ outputs: first.outputs });
  });

  it('answers to loopback names only while it listens on loopback only', async () => {
    const status = await new Promise((resolve, reject) => {
      const rebound = request(`${engine.url}/prompt`, { headers: { host: 'photos.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      rebound.on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('opens no socket for a page of another site', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        origin: 'http://evil.example',
      };
      const foreign = request(`${engine.url}/ws?clientId=x`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      foreign
        .on('upgrade', () => reject(new Error('it was opened')))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('puts the transparency of a mask on the picture that it belongs to', async () => {
    const name = await probe.uploadPicture();
    const mask = await sharp({ create: { width: 64, height: 48, channels: 4, background: '#00000040' } })
      .png()
      .toBuffer();
    const form = new FormData();
    form.append('image', new Blob([new Uint8Array(mask)]), 'mask.png');
    form.append('original_ref', JSON.stringify({ filename: name, subfolder: '', type: 'input' }));
    const answer = await fetch(`${engine.url}/upload/mask`, { method: 'POST', body: form });
    expect(await answer.json()).toEqual({ name: 'mask.png', subfolder: '', type: 'input' });
    const [masked, original] = await Promise.all(
      ['mask.png', name].map(async (file) => {
        const picture = await fetch(`${engine.url}/view?type=input&filename=${file}`);
        return sharp(await picture.arrayBuffer())
          .ensureAlpha()
          .raw()
          .toBuffer();
      }),
    );
    expect(masked?.at(3)).toBe(0x40);
    expect(masked?.subarray(0, 3)).toEqual(original?.subarray(0, 3));
  });

  it('hands out nothing that a browser would run', async () => {
    for (const name of ['a.html', 'a.svg', 'a.js']) {
      await probe.upload(name, Buffer.from('<script>alert(1)</script>'));
      const { headers } = await probe.get(`/view?type=input&filename=${name}`);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('gives uploads of one name that arrive together names of their own', async () => {
    const pictures = await Promise.all([1, 2, 3, 4].map(() => randomPicture()));
    const answers = await Promise.all(pictures.map((picture) => probe.upload('same.png', picture)));
    const names = answers.map((answer) => (answer.body as { name: string }).name);
    expect(names.toSorted()).toEqual(['same (1).png', 'same (2).png', 'same (3).png', 'same.png']);
    for (const [index, name] of names.entries()) {
      const stored = await fetch(`${engine.url}/view?type=input&filename=${encodeURIComponent(name)}`);
      expect(Buffer.from(await stored.arrayBuffer()).equals(pictures[index] as Buffer)).toBe(true);
    }
  });

  it('lets the files of a running engine alone when its port is taken', async () => {
    await probe.upload('t.png', await randomPicture(), { type: 'temp' });
    await expect(startEngine({ dir: engine.dir, port: engine.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect((await probe.get('/view?type=temp&filename=t.png')).status).toBe(200);
  });

  it('survives sockets that hang up or ask for odd paths', async () => {
    for (const path of ['//', '/ws?clientId=x', '/elsewhere', 'http://%']) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(engine.port, '127.0.0.1', () => {
          const headers =
            'Host: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://evil.example';
          socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n\r\n`);
          socket.once('data', () => socket.resetAndDestroy());
        });
        socket.on('close', () => resolve()).on('error', reject);
      });
    }
    expect((await probe.get('/prompt')).status).toBe(200);
  });

  it('keeps no pixel of any result in its memory once a file was replaced', async () => {
    const graph = colouringGraph(await probe.uploadPicture(), 'cached');
    await run(graph);
    await run(graph);
    expect(engine.colouriser.calls).toBe(1);
    await probe.upload('another.png', await randomPicture(), { overwrite: 'true' });
    await run(graph);
    expect(engine.colouriser.calls).toBe(2);
  });

  it('deletes what is older than it keeps, and runs anew what was made of it', async () => {
    await engine.close();
    engine = await startEngine({ dir: engine.dir, keepMs: 3_000 });
    probe = new ProtocolProbe(engine.url);
    socket = await ProbeSocket.open(engine.url);
    const picture = await randomPicture();
    const upload = async () => (await probe.upload('kept.png', picture)).body as { name: string };
    const graph = colouringGraph((await upload()).name, 'kept');
    await run(graph);
    const gone = async (path: string) => expect((await probe.get(path)).status).toBe(404);
    await vi.waitFor(() => gone('/view?filename=kept_00001_.png'), { timeout: 10_000 });
    await vi.waitFor(() => gone('/view?type=input&filename=kept.png'), { timeout: 10_000 });
    await upload();
    await run(graph);
    expect(engine.colouriser.calls).toBe(2);
    expect((await probe.get('/view?filename=kept_00001_.png')).status).toBe(200);
  });

  it('starts empty again, with its files where they were', async () => {
    const entry = await run(basicGraph(await probe.uploadPicture(), 'kept'));
    await engine.close();
    const again = await startEngine({ dir: engine.dir, port: engine.port });
    try {
      const promptId = entry.prompt[1];
      expect(await probe.history(promptId)).toBeUndefined();
      expect((await probe.get(`/api/jobs/${promptId}`)).status).toBe(404);
      expect((await probe.get('/view?filename=kept_00001_.png')).status).toBe(200);
    } finally {
      await again.close();
    }
  });
});
