import { ComfyClient, runPrompt, type ComfyEvent, type ComfyGraph } from '@app/comfyui';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineStub } from '../../test/support/engine-stub/engine-stub.js';

const RECORDED = 'test/fixtures/comfyui/run-basic.json';
const PROMPT_MS = 20;
const LIMITS = { queuedMs: 10_000, runMs: 10_000, silentMs: 10_000 };

interface Recorded {
  graph: ComfyGraph;
  submitter: ComfyEvent[];
}

describe('EngineStub', () => {
  let stub: EngineStub;
  let client: ComfyClient;
  let recorded: Recorded;

  beforeEach(async () => {
    recorded = JSON.parse(await readFile(RECORDED, 'utf8')) as Recorded;
    stub = await EngineStub.start({ promptMs: PROMPT_MS });
    client = new ComfyClient(stub.url);
    await client.connect();
  });

  afterEach(async () => {
    await client.close();
    await stub.stop();
  });

  async function run(photo: Buffer): Promise<Buffer> {
    const graph = structuredClone(recorded.graph);
    graph['1']!.inputs['image'] = await client.upload(photo, `${crypto.randomUUID()}.png`);
    const promptId = crypto.randomUUID();
    graph['4']!.inputs['filename_prefix'] = promptId;
    const { images } = await runPrompt(client, { graph, promptId, outputNodeId: '4', limits: LIMITS });
    return images[0]!.data;
  }

  it('tells of a prompt what a ComfyUI told, in the same order', async () => {
    const told: string[] = [];
    const stopListening = client.listen((message) => {
      if (message.kind === 'event') told.push(summary(message.event));
    });
    expect(await run(Buffer.from('a photo'))).toEqual(Buffer.from('a photo'));
    stopListening();
    expect(told).toEqual(recorded.submitter.map(summary));
  });

  it('runs one prompt at a time and knows how busy it was', async () => {
    await stub.reset();
    const photos = ['a', 'b', 'c'].map((text) => Buffer.from(text));
    expect(await Promise.all(photos.map(run))).toEqual(photos);
    const report = await stub.report();
    expect(report).toMatchObject({ prompts: 3, promptMs: PROMPT_MS, calls: { 'POST prompt': 3 } });
    expect(report.gapsMs).toHaveLength(2);
    expect(Math.min(...report.gapsMs)).toBeGreaterThanOrEqual(0);
    const gaps = report.gapsMs.reduce((sum, ms) => sum + ms, 0);
    expect(report.busyMs + gaps).toBeCloseTo(report.windowMs, 6);
    expect(report.share).toBeCloseTo(report.busyMs / report.windowMs, 6);
    expect(report.endedAt - report.startedAt).toBeCloseTo(report.windowMs, 3);
  });

  it('fails prompts for want of memory where it is told to', async () => {
    await stub.become('out_of_memory');
    await expect(run(Buffer.from('a photo'))).rejects.toMatchObject({ code: 'out_of_memory' });
  });
});

/** What a frame says, without ids and times. */
function summary({ type, data }: ComfyEvent): string {
  const { node, nodes } = data as { node?: string | null; nodes?: Record<string, { state: string }> };
  const states = Object.entries(nodes ?? {}).map(([id, { state }]) => `${id} ${state}`);
  return [type, node, ...states].join(' ').trimEnd();
}
