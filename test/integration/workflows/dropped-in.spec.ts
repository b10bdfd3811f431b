import type { TaskTypeView, TaskView } from '@app/contracts';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { FakeComfy } from '../../support/fake-comfyui.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { AppProcess } from '../../support/app-process.js';

const PERSON = 'DDColor人物黑白修复';

/** Exports that were not made for task types are put into the folder of a system that runs. */
describe('a workflow that is dropped in while everything runs', () => {
  const vhost = withVhost();
  let api: TestApi;
  let folder: string;
  let photo: Buffer;
  let engine: TestEngine;
  let worker: AppProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workflows-'));
    for (const end of ['.json', '.task-type.json']) {
      await cp(resolve('workflows', PERSON + end), join(folder, PERSON + end));
    }
    photo = await sharp('test/fixtures/photos/grace-hopper.jpg').resize(256).jpeg().toBuffer();
    engine = await startEngine();
    api = await TestApi.start({ AMQP_URL: vhost.url, WORKFLOWS_DIR: folder });
  });
  afterEach(async () => {
    await worker?.end('SIGTERM');
  });
  afterAll(async () => {
    await api?.remove();
    await engine?.remove();
    await rm(folder, { recursive: true });
  });

  async function startWorker(url: string): Promise<void> {
    worker = await AppProcess.start('worker', {
      AMQP_URL: vhost.url,
      COMFYUI_URLS: url,
      DATA_DIR: api.dataDir,
      WORKFLOWS_DIR: folder,
      ENGINE_WARM_UP: 'false',
    });
    await expect.poll(() => worker?.ready(), { timeout: 20_000 }).toBe(true);
  }

  /** Drops the file in, waits until its type is offered, and gives the result of a photo. */
  async function restore(file: string, type: string): Promise<{ task: TaskView; result: Buffer }> {
    await cp(resolve('test/fixtures/workflows', file), join(folder, file));
    const offered = async () => {
      const { items } = (await (await api.fetch('/v1/task-types')).json()) as { items: TaskTypeView[] };
      return items.map((item) => item.type);
    };
    await expect.poll(offered, { timeout: 20_000 }).toContain(type);
    const response = await api.submit(photo, 'photo.jpg', { type });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as TaskView;
    const told = async () => ({ status: (await api.task(id)).status, output: worker?.output });
    await vi.waitFor(async () => expect(await told()).toMatchObject({ status: 'succeeded' }), {
      timeout: 40_000,
      interval: 100,
    });
    const result = await api.fetch(`/v1/tasks/${id}/result`);
    return { task: await api.task(id), result: Buffer.from(await result.arrayBuffer()) };
  }

  it.each([
    ['Soft glow.json', 'soft-glow'],
    ['smooth_and_restore_size.json', 'smooth-and-restore-size'],
  ])('%s restores a photo on the built-in engine', async (file, type) => {
    await startWorker(engine.url);
    const { result } = await restore(file, type);
    const { width, height } = await sharp(result).metadata();
    expect([width, height]).toEqual([256, 300]);
    expect(await vhost.queue(`photo_repair.work.${type}`)).toBeDefined();
  });

  it.each([
    ['4x upscale model.json', 'wf-4x-upscale-model', 4],
    ['face_restore_api.json', 'face-restore-api', 1],
    ['img2img 老照片翻新.json', 'img2img', 1],
  ])('%s restores a photo on an engine that has its nodes and models', async (file, type, scale) => {
    const graph = JSON.parse(await readFile(resolve('test/fixtures/workflows', file), 'utf8')) as Record<
      string,
      { class_type: string; inputs: Record<string, unknown> }
    >;
    const comfy = await FakeComfy.start();
    try {
      for (const { class_type, inputs } of Object.values(graph)) {
        comfy.nodes[class_type] ??= nodeThatTakes(class_type, inputs);
      }
      comfy.script = async (prompt) => {
        const loader = Object.values(prompt.graph).find(({ class_type }) => class_type === 'LoadImage')!;
        const sent = comfy.files.get((loader.inputs['image'] as string).replace(/^.*\//, ''))!;
        const { width } = await sharp(sent).metadata();
        comfy.files.set(
          'made.png',
          await sharp(sent)
            .resize(width * scale)
            .png()
            .toBuffer(),
        );
        prompt.start();
        for (const [id, { class_type }] of Object.entries(prompt.graph)) {
          if (class_type === 'SaveImage') prompt.output(id, 'made.png');
        }
        await prompt.succeed();
      };
      await startWorker(comfy.url);
      const { result } = await restore(file, type);
      expect((await sharp(result).metadata()).width).toBe(256 * scale);
    } finally {
      await worker?.end('SIGTERM');
      await comfy.close();
    }
  });
});

/** An answer of GET /object_info for a node that takes values as these. */
function nodeThatTakes(name: string, inputs: Record<string, unknown>) {
  const required = Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, typeOf(value)]));
  return {
    input: { required },
    input_order: { required: Object.keys(required) },
    output: ['*', '*', '*'],
    output_is_list: [false, false, false],
    output_name: ['a', 'b', 'c'],
    name,
    display_name: name,
    description: '',
    category: 'test',
    output_node: name === 'SaveImage',
  };
}

function typeOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return ['*'];
  if (typeof value === 'number') return [Number.isInteger(value) ? 'INT' : 'FLOAT', {}];
  if (typeof value === 'boolean') return ['BOOLEAN', {}];
  return ['STRING', {}];
}
