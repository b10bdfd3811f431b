import { cancelPrompt, ComfyClient, resumePrompt, runPrompt, type PromptProgress } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { basicGraph, comfyTargets, type ComfyTarget } from '../support/comfy-targets.js';
import { randomPicture } from '../support/protocol-probe.js';

const LIMITS = { queuedMs: 60_000, runMs: 60_000, silentMs: 60_000, cancelMs: 30_000 };

describe.each(comfyTargets())('our client on $name', ({ start }) => {
  let target: ComfyTarget;
  let client: ComfyClient;
  let promptId: string;
  let progress: PromptProgress[];

  beforeAll(async () => {
    target = await start();
    client = new ComfyClient(target.url);
  });
  afterAll(async () => {
    await client.close();
    await target.stop();
  });
  beforeEach(() => {
    promptId = randomUUID();
    progress = [];
  });
  afterEach(() => target.finishSlow());

  const upload = async (): Promise<string> => client.upload(await randomPicture(), `${randomUUID()}.png`);
  const request = (outputNodeId: string) => ({
    promptId,
    outputNodeId,
    limits: LIMITS,
    onProgress: (now: PromptProgress) => void progress.push(now),
  });
  const running = () => vi.waitFor(() => expect(progress.at(-1)?.stage).toBe('running'), { timeout: 30_000 });

  it('runs a prompt, asks once beside upload, submit and view, and tells progress that grows', async () => {
    const calls = vi.spyOn(client, 'history');
    const looks = vi.spyOn(client, 'job');
    const onLeft = vi.fn<() => void>();
    const graph = basicGraph(await upload(), randomUUID());
    const { images, files } = await runPrompt(client, { ...request('4'), graph, onLeft });
    expect(await sharp(images[0]?.data).metadata()).toMatchObject({ format: 'png', width: 128, height: 96 });
    expect(files).toHaveLength(1);
    expect(onLeft).toHaveBeenCalledTimes(1);
    expect(calls.mock.calls.length + looks.mock.calls.length).toBeLessThanOrEqual(2);
    const percents = progress.map(({ percent }) => percent ?? -1);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
  });

  it('is told which node refuses and why', async () => {
    const graph = basicGraph(await upload(), randomUUID());
    const bad = { class_type: 'NoSuchNode', inputs: {} };
    await expect(runPrompt(client, { ...request('4'), graph: { ...graph, '2': bad } })).rejects.toMatchObject(
      { code: 'workflow_invalid', node: { id: '2', type: 'NoSuchNode' } },
    );
    const missing = basicGraph(`${randomUUID()}.png`, randomUUID());
    await expect(runPrompt(client, { ...request('4'), graph: missing })).rejects.toMatchObject({
      code: 'bad_image',
      node: { id: '1', type: 'LoadImage' },
    });
  });

  it('calls what is no picture a bad image, with its node', async () => {
    const image = await client.upload(Buffer.from('no picture'), `${randomUUID()}.png`);
    await expect(
      runPrompt(client, { ...request('4'), graph: basicGraph(image, randomUUID()) }),
    ).rejects.toMatchObject({ code: 'bad_image', node: { id: '1', type: 'LoadImage' } });
  });

  it('cancels the prompt that runs, and finds the one that waited behind it done', async () => {
    const stop = new AbortController();
    const image = await upload();
    const slow = { ...request('save'), graph: target.slowGraph(image, randomUUID()), signal: stop.signal };
    const slowRun = runPrompt(client, slow);
    slowRun.catch(() => undefined);
    await running();
    const nextId = randomUUID();
    const next = { promptId: nextId, outputNodeId: '4', limits: LIMITS };
    const nextRun = runPrompt(client, { ...next, graph: basicGraph(image, randomUUID()) });
    stop.abort(new Error('enough'));
    target.finishSlow();
    await expect(slowRun).rejects.toThrow('enough');
    expect((await nextRun).images).toHaveLength(1);
    expect((await resumePrompt(client, next))?.images).toHaveLength(1);
  });

  it('takes a prompt that waits out of the queue, and the one that runs goes on', async () => {
    const image = await upload();
    const graph = target.slowGraph(image, randomUUID());
    const stop = new AbortController();
    const slowRun = runPrompt(client, { ...request('save'), graph, signal: stop.signal });
    slowRun.catch(() => undefined);
    await running();
    const waiting = randomUUID();
    await client.submit(basicGraph(image, randomUUID()), waiting);
    expect(await cancelPrompt(client, waiting)).toEqual({ state: 'cancelled' });
    expect(await cancelPrompt(client, randomUUID())).toEqual({ state: 'unknown_prompt' });
    expect((await client.queue()).queue_running.map(([, id]) => id)).toEqual([promptId]);
    stop.abort(new Error('enough'));
    target.finishSlow();
    await expect(slowRun).rejects.toThrow('enough');
  });
});
