import { ComfyClient, runPrompt, type ComfyGraph, type PromptProgress } from '@app/comfyui';
import { createLogger } from '@app/runtime';
import { loadCatalog } from '@app/workflow-catalog';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createColouriser } from '../../../apps/engine/src/colour/create-colouriser.js';
import { createEngine, type Engine } from '../../../apps/engine/src/create-engine.js';

const LIMITS = { queuedMs: 30_000, runMs: 50_000, silentMs: 50_000 };

/** The client, the shipped workflows and the built-in engine, as they meet in a worker. */
describe('the built-in engine', () => {
  let dir: string;
  let engine: Engine;
  let client: ComfyClient;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'engine-'));
    engine = await createEngine({
      dir,
      colouriser: await createColouriser({}),
      logger: createLogger('engine', 'silent'),
    });
    client = new ComfyClient(`http://127.0.0.1:${await engine.listen(0, '127.0.0.1')}`);
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
    await engine.close();
    await rm(dir, { recursive: true });
  });

  const photo = (): Promise<Buffer> =>
    sharp({ create: { width: 96, height: 64, channels: 3, background: '#808080' } })
      .png()
      .toBuffer();

  const graphFor = async (
    type: string,
  ): Promise<{ graph: ComfyGraph; outputNodeId: string; promptId: string }> => {
    const taskType = loadCatalog(join(import.meta.dirname, '../../../workflows')).get(type);
    if (!taskType) throw new Error(`no type ${type}`);
    const promptId = randomUUID();
    const imageName = await client.upload(await photo(), `${promptId}.png`);
    const graph = taskType.fill({ parameters: {}, imageName, outputPrefix: `photo-repair/${promptId}` });
    return { graph, outputNodeId: taskType.outputNodeId, promptId };
  };

  it.each(['person', 'building'])('colours with the shipped workflow %s', async (type) => {
    const progress: PromptProgress[] = [];
    const request = await graphFor(type);
    const { images } = await runPrompt(client, {
      ...request,
      limits: LIMITS,
      onProgress: (each) => progress.push(each),
    });
    expect(images).toHaveLength(1);
    expect(await sharp(images[0]?.data).metadata()).toMatchObject({ format: 'png', width: 96, height: 64 });
    expect(progress[0]).toEqual({ stage: 'waiting_for_engine', percent: null });
    expect(progress.at(-1)?.percent).toBeGreaterThanOrEqual(66);
  });

  it('says who it is and what it has', async () => {
    expect(await client.describeEngine()).toMatchObject({ name: 'built-in', colouring: 'preview' });
    expect((await client.objectInfo('DDColor_Colorize'))?.input.required).toHaveProperty('model_input_size');
    expect(await client.queueRemaining()).toBe(0);
  });

  it('tells a broken picture and a broken workflow apart', async () => {
    const { graph, ...request } = await graphFor('person');
    const broken = await client.upload(Buffer.from('this is no picture'), `${randomUUID()}.png`);
    const withBrokenImage = structuredClone(graph);
    if (withBrokenImage['11']) withBrokenImage['11'].inputs['image'] = broken;
    const bad = runPrompt(client, { ...request, graph: withBrokenImage, limits: LIMITS });
    await expect(bad).rejects.toMatchObject({ code: 'bad_image' });
    const withoutNode = {
      ...graph,
      '6': { class_type: 'NoSuchNode', inputs: { image: ['11', 0] } },
    } as ComfyGraph;
    const invalid = runPrompt(client, {
      ...request,
      promptId: randomUUID(),
      graph: withoutNode,
      limits: LIMITS,
    });
    await expect(invalid).rejects.toMatchObject({ code: 'workflow_invalid' });
  });

  it('cancels when the signal aborts', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const outcomes: string[] = [];
    const running = runPrompt(client, {
      ...(await graphFor('building')),
      limits: LIMITS,
      signal: stop.signal,
      onProgress: ({ stage }) => {
        if (stage === 'running') stop.abort(reason);
      },
      onCancel: (outcome) => outcomes.push(outcome),
    });
    await expect(running).rejects.toBe(reason);
    expect(['cancelled', 'finished']).toContain(outcomes[0]);
    expect(await client.queueRemaining()).toBe(0);
  });
});
