import type { ComfyGraph, HistoryEntry, JobsResponse, ObjectInfo } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import infoRecord from '../fixtures/comfyui/info.json' with { type: 'json' };
import basicRecord from '../fixtures/comfyui/run-basic.json' with { type: 'json' };
import validationRecord from '../fixtures/comfyui/validation.json' with { type: 'json' };
import { basicGraph, comfyTargets, type ComfyTarget } from '../support/comfy-targets.js';
import { ProbeSocket, ProtocolProbe, randomPicture } from '../support/protocol-probe.js';
import { shapeDifferences } from '../support/shape-differences.js';

interface ValidationCase {
  name: string;
  request?: unknown;
  /** What to put in place of nodes of the base graph; null takes a node out. */
  change?: Record<string, unknown>;
  members?: object;
  status: number;
  body?: unknown;
  text?: string;
}

/** The same without what may differ between servers and runs: ids, our tooltips, the frames of a traceback. */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (key === 'tooltip' || key === 'prompt_id' || key === 'number') return undefined;
    return key === 'traceback' ? [] : member;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

describe.each(comfyTargets())('ComfyUI protocol: HTTP of $name', ({ start }) => {
  let target: ComfyTarget;
  let probe: ProtocolProbe;

  beforeAll(async () => {
    target = await start();
    probe = new ProtocolProbe(target.url);
  });
  afterAll(() => target.stop());

  /** Runs the basic graph and gives its history entry. */
  async function run(prefix: string): Promise<HistoryEntry> {
    const socket = await ProbeSocket.open(target.url);
    const graph = basicGraph(await probe.uploadPicture(), prefix);
    const { prompt_id: promptId } = await probe.submit(graph, { client_id: socket.clientId });
    await socket.untilEnd(promptId);
    await socket.close();
    return (await probe.history(promptId)) as HistoryEntry;
  }

  describe('information', () => {
    it('has the members of /system_stats and /features, with and without /api', async () => {
      const stats = (await probe.get('/system_stats')).body;
      expect(shapeDifferences(infoRecord.systemStats, stats, { allowExtra: true })).toEqual([]);
      const features = (await probe.get('/api/features')).body;
      expect(shapeDifferences(infoRecord.features, features, { allowExtra: true })).toEqual([]);
      expect((await probe.get('/api/prompt')).body).toEqual((await probe.get('/prompt')).body);
    });

    it.each(Object.entries(infoRecord.objectInfo))('describes %s', async (className, record) => {
      const info = ((await probe.get(`/object_info/${className}`)).body as Record<string, ObjectInfo>)[
        className
      ];
      if (target.allowExtra && !info) return; // this server has no DDColor nodes
      expect(shapeDifferences(record, info, { allowExtra: true })).toEqual([]);
      expect(info).toMatchObject({
        input_order: record.input_order,
        output: record.output,
        name: record.name,
      });
    });

    it('knows no other class, and answers 404 to paths it does not know', async () => {
      expect((await probe.get('/object_info/NoSuchNode')).body).toEqual({});
      expect((await probe.get('/api/nosuch')).status).toBe(404);
      expect((await probe.get('/models/nope')).status).toBe(404);
    });

    it('refuses pages of other sites', async () => {
      expect((await probe.call('GET', '/prompt', undefined, { origin: 'http://evil.example' })).status).toBe(
        403,
      );
      expect((await probe.call('GET', '/prompt', undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(
        403,
      );
      expect((await probe.call('GET', '/prompt', undefined, { origin: target.url })).status).toBe(200);
    });
  });

  describe('POST /prompt', () => {
    const cases = validationRecord.cases as unknown as ValidationCase[];

    it.each(cases)('$name: $status', async (one) => {
      // The cases name it. Somebody's own picture of that name is left alone.
      if ((await probe.get('/view?type=input&filename=basic.png')).status === 404) {
        await probe.upload('basic.png', await randomPicture());
      }
      const knowsDdcolor =
        Object.keys((await probe.get('/object_info/DDColor_Colorize')).body as object).length > 0;
      const needsDdcolor = JSON.stringify(one).includes('DDColor_Colorize');
      if (target.allowExtra && needsDdcolor && !knowsDdcolor) return; // this server has no DDColor nodes
      const graph = Object.entries({
        ...(validationRecord.base as unknown as ComfyGraph),
        ...one.change,
      }).filter(([, node]) => node !== null);
      const request = one.change ? { prompt: Object.fromEntries(graph), ...one.members } : one.request;
      const answer = await probe.call('POST', '/prompt', request);

      expect(answer.status).toBe(one.status);
      expect(comparable(answer.body) ?? answer.text).toEqual(comparable(one.body) ?? one.text);
      expect(answer.headers.get('content-type')).toMatch(
        one.body === undefined ? /^text\/plain/ : /^application\/json/,
      );
    });

    it('runs the sound outputs of a prompt that has errors elsewhere', async () => {
      const socket = await ProbeSocket.open(target.url);
      const graph: ComfyGraph = {
        ...basicGraph(await probe.uploadPicture(), randomUUID()),
        '5': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'never' } },
        '6': { class_type: 'LoadImage', inputs: { image: 'missing.png' } },
      };
      const { prompt_id: promptId, node_errors } = await probe.submit(graph, { client_id: socket.clientId });
      expect(Object.keys(node_errors)).toEqual(['6']);
      await socket.untilEnd(promptId);
      await socket.close();
      const entry = await probe.history(promptId);
      expect([entry?.status.status_str, Object.keys(entry?.outputs ?? {})]).toEqual(['success', ['4']]);
    });

    it('takes any content type, texts for numbers, and refuses extra_data null', async () => {
      const image = await probe.uploadPicture();
      const prompt = basicGraph(image, randomUUID());
      const inputs = { ...prompt['3']?.inputs, width: '130' };
      const body = { prompt: { ...prompt, '3': { class_type: 'ImageScale', inputs } }, number: '3.5' };
      const answer = await probe.call('POST', '/prompt', body, { 'content-type': 'text/plain' });
      expect(answer.body).toMatchObject({ number: 3.5, node_errors: {} });
      expect((await probe.call('POST', '/prompt', { prompt, number: 'x' })).status).toBe(500);
      expect((await probe.call('POST', '/prompt', { prompt, extra_data: null })).status).toBe(500);
    });
  });

  describe('uploads', () => {
    it('keeps a name with the same bytes, renames other bytes, replaces on demand', async () => {
      const name = randomUUID();
      const [a, b, c] = [await randomPicture(), await randomPicture(), await randomPicture()];
      const names: unknown[] = [];
      for (const [bytes, fields] of [
        [a, {}],
        [a, {}],
        [b, {}],
        [b, {}],
        [c, { overwrite: 'true' }],
        [a, { overwrite: 'no' }],
      ] as const) {
        names.push(((await probe.upload(`${name}.png`, bytes, fields)).body as { name: string }).name);
      }
      const [first, renamed, second] = [`${name}.png`, `${name} (1).png`, `${name} (2).png`];
      expect(names).toEqual([first, first, renamed, renamed, first, second]);
      const stored = await fetch(`${target.url}/view?type=input&filename=${name}.png`);
      expect(Buffer.from(await stored.arrayBuffer()).equals(c)).toBe(true);
    });

    it('puts files into the folder and subfolder that are asked for', async () => {
      const bytes = await randomPicture();
      const fields = { type: 'temp', subfolder: 'album-1' };
      const answer = await probe.upload('照片 1.png', bytes, fields);
      expect(answer.body).toEqual({ name: '照片 1.png', ...fields });
      expect((await probe.get('/view?type=temp&subfolder=album-1&filename=照片 1.png')).status).toBe(200);
    });

    it.each([
      ['a file name that climbs out', '../../up.png', {}, 400],
      ['a subfolder that climbs out', 'x.png', { subfolder: '../..' }, 400],
      ['a type that is none', 'x.png', { type: 'bogus' }, 500],
      ['a folder in the name', 'sub-not-there/x.png', {}, 500],
      ['a name too long for the disk', `${'x'.repeat(300)}.png`, {}, 500],
    ])('refuses %s', async (_what, name, fields, status) => {
      expect((await probe.upload(name, await randomPicture(), fields)).status).toBe(status);
    });

    it('answers 400 to a body without a file', async () => {
      expect((await probe.call('POST', '/upload/image', { image: 'x' })).status).toBe(400);
      const form = new FormData();
      form.append('other', '1');
      expect((await fetch(`${target.url}/upload/image`, { method: 'POST', body: form })).status).toBe(400);
      form.append('file', new Blob(['x']), 'x.png');
      expect((await fetch(`${target.url}/upload/image`, { method: 'POST', body: form })).status).toBe(400);
    });

    it('answers 413 in plain text above 100 MiB', async () => {
      const answer = await probe.upload('big.png', Buffer.alloc(101 * 1024 * 1024));
      expect([answer.status, answer.text]).toEqual([413, 'Maximum request body size 104857600 exceeded.']);
    });
  });

  describe('GET /view', () => {
    it('gives the result, whole, in part and as a preview', async () => {
      const prefix = randomUUID();
      await run(prefix);
      const path = `/view?filename=${prefix}_00001_.png&type=output`;
      const picture = await fetch(target.url + path);
      expect(picture.headers.get('content-type')).toBe('image/png');
      expect(picture.headers.get('content-disposition')).toContain(`filename="${prefix}_00001_.png"`);
      expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject({ width: 128, height: 96 });

      const part = await fetch(target.url + path, { headers: { range: 'bytes=0-9' } });
      expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
      for (const [preview, type] of [
        ['webp;75', 'image/webp'],
        ['jpeg', 'image/jpeg'],
        ['png', 'image/webp'],
      ]) {
        const answer = await probe.get(`${path}&preview=${preview}`);
        expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
      }
      for (const [channel, channels] of [
        ['rgb', 3],
        ['a', 4],
      ]) {
        const answer = await fetch(`${target.url}${path}&channel=${channel}`);
        expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({ format: 'png', channels });
      }
    });

    it.each([
      ['/view', 404],
      ['/view?filename=nope.png', 404],
      ['/view?filename=../../etc/passwd', 400],
      ['/view?filename=/etc/passwd', 400],
      ['/view?filename=x.png&type=bogus', 400],
      ['/view?filename=x.png&subfolder=../..', 403],
    ])('answers %s with %i', async (path, status) => {
      expect((await probe.get(path)).status).toBe(status);
    });
  });

  describe('jobs and history', () => {
    it('lists finished prompts, the newest first, in pages', async () => {
      await run(randomUUID());
      const [, id] = (await run(randomUUID())).prompt;
      const answer = (await probe.get('/api/jobs?limit=1&status=completed')).body as JobsResponse;
      const record = structuredClone(basicRecord.jobs) as { jobs: { workflow_id?: string }[] };
      delete record.jobs[0]?.workflow_id; // these prompts bring no workflow of the editor
      expect(shapeDifferences(record, answer, target)).toEqual([]);
      expect(answer.jobs.map((job) => job.id)).toEqual([id]);
      expect(answer.pagination).toMatchObject({ offset: 0, limit: 1, has_more: true });
    });

    it.each(['status=bogus', 'limit=0', 'limit=x', 'sort_by=size'])(
      'answers 400 to /api/jobs?%s',
      async (query) => {
        const answer = await probe.get(`/api/jobs?${query}`);
        expect(answer.status).toBe(400);
        expect(answer.body).toEqual({ error: expect.any(String) as string });
      },
    );

    it('refuses to cancel by ids that are none', async () => {
      const answer = await probe.call('POST', '/api/jobs/cancel', { job_ids: ['xyz'] });
      expect([answer.status, answer.body]).toEqual([
        400,
        { error: 'job_ids contains invalid id(s)', invalid_ids: ['xyz'] },
      ]);
      expect((await probe.call('POST', '/api/jobs/xyz/cancel')).body).toEqual({ cancelled: false });
    });

    it('gives the last entries of the history, and forgets on demand', async () => {
      const kept = (await run(randomUUID())).prompt[1];
      const deleted = (await run(randomUUID())).prompt[1];
      expect(Object.keys((await probe.get('/history?max_items=2')).body as object)).toEqual([kept, deleted]);
      await probe.call('POST', '/history', { delete: [deleted] });
      expect(Object.keys((await probe.get('/history?max_items=1')).body as object)).toEqual([kept]);
      expect((await probe.get(`/history/${deleted}`)).body).toEqual({});
      expect((await probe.get('/history?max_items=x')).status).toBe(500);
    });

    it.each(['/queue', '/free', '/history'])('answers 500 to an empty POST %s', async (path) => {
      expect((await probe.call('POST', path, '')).status).toBe(500);
    });
  });
});
