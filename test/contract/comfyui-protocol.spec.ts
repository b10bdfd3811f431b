import type { ComfyEvent, HistoryEntry, Job, QueueResponse } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import interruptRecord from '../fixtures/comfyui/interrupt.json' with { type: 'json' };
import anonymousRecord from '../fixtures/comfyui/no-client-id.json' with { type: 'json' };
import reconnectRecord from '../fixtures/comfyui/reconnect.json' with { type: 'json' };
import basicRecord from '../fixtures/comfyui/run-basic.json' with { type: 'json' };
import cachedRecord from '../fixtures/comfyui/run-cached.json' with { type: 'json' };
import errorRecord from '../fixtures/comfyui/run-error.json' with { type: 'json' };
import { basicGraph, comfyTargets, type ComfyTarget } from '../support/comfy-targets.js';
import { expectNoOthers, ProbeSocket, ProtocolProbe } from '../support/protocol-probe.js';
import { shapeDifferences } from '../support/shape-differences.js';

/** What a run looks like from outside: event types, with the node where an event names one. */
function outline(events: readonly { type: string; data: unknown }[]): string[] {
  return events.map(({ type, data }) => {
    const node = (data as { node?: string | null }).node;
    return node === undefined ? type : `${type} ${node}`;
  });
}

function withoutFirst(socket: ProbeSocket): ComfyEvent[] {
  return socket.events.slice(1);
}

describe.each(comfyTargets())('ComfyUI protocol: runs on $name', ({ start }) => {
  let target: ComfyTarget;
  let probe: ProtocolProbe;
  let mine: ProbeSocket;
  let prefix: string;
  const opened: ProbeSocket[] = [];

  async function connect(clientId?: string): Promise<ProbeSocket> {
    const socket = await ProbeSocket.open(target.url, clientId);
    opened.push(socket);
    return socket;
  }

  /** Submits as the client of `mine` and waits for the end. */
  async function run(graph: ReturnType<typeof basicGraph>, members: object = {}): Promise<string> {
    const { prompt_id: promptId } = await probe.submit(graph, { client_id: mine.clientId, ...members });
    await mine.untilEnd(promptId);
    return promptId;
  }

  function expectShape(record: unknown, actual: unknown): void {
    expect(shapeDifferences(record, actual, target)).toEqual([]);
  }

  beforeAll(async () => {
    target = await start();
    probe = new ProtocolProbe(target.url);
  });
  afterAll(() => target.stop());
  beforeEach(async () => {
    mine = await connect();
    prefix = randomUUID();
  });
  afterEach(async () => {
    target.finishSlow();
    await Promise.all(opened.splice(0).map((socket) => socket.close()));
  });

  it('tells the submitter everything in the recorded order, and a bystander only the queue length', async () => {
    const other = await connect();
    const extra = { extra_data: { extra_pnginfo: { workflow: { id: 'wf-04' } }, my: 'data' } };
    const promptId = await run(basicGraph(await probe.uploadPicture(), prefix), extra);
    await other.until(() => other.events.length >= 4);

    expect(outline(withoutFirst(mine))).toEqual(outline(basicRecord.submitter as ComfyEvent[]));
    expect(outline(withoutFirst(other))).toEqual(outline(basicRecord.bystander as ComfyEvent[]));
    basicRecord.submitter.forEach((event, index) => expectShape(event, mine.events[index + 1]));
    const history = (await probe.history(promptId)) as HistoryEntry;
    expectShape(basicRecord.history, history);
    expect(history.outputs).toEqual({
      4: { images: [{ filename: `${prefix}_00001_.png`, subfolder: '', type: 'output' }] },
    });
    expectShape(basicRecord.job, (await probe.get(`/api/jobs/${promptId}`)).body);
  });

  it('has the history entry when executing null arrives, every time', async () => {
    const image = await probe.uploadPicture();
    for (let round = 0; round < 15; round++) {
      const promptId = await run(basicGraph(image, `${prefix}-${round}`));
      expect((await probe.history(promptId))?.status.status_str).toBe('success');
    }
  });

  it('answers a prompt from the cache with the old file, whatever the nodes are called', async () => {
    const image = await probe.uploadPicture();
    const first = await probe.history(await run(basicGraph(image, prefix)));
    const before = mine.events.length;
    const second = await probe.history(await run(basicGraph(image, prefix)));

    expect(outline(mine.events.slice(before))).toEqual(outline(cachedRecord.submitter as ComfyEvent[]));
    expect(second?.outputs).toEqual(first?.outputs);
  });

  it('runs only what is new when a prompt is partly cached', async () => {
    const image = await probe.uploadPicture();
    await run(basicGraph(image, prefix));
    const before = mine.events.length;
    await run(basicGraph(image, `${prefix}-again`));

    const events = mine.events.slice(before);
    expect(outline(events)).toEqual(outline(cachedRecord.partly as ComfyEvent[]));
    expect(events.find((event) => event.type === 'execution_cached')?.data.nodes.toSorted()).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  it('runs again after /free with free_memory', async () => {
    const image = await probe.uploadPicture();
    await run(basicGraph(image, prefix));
    await probe.call('POST', '/free', { unload_models: true, free_memory: true });
    // A real server frees when its worker next wakes, so ask until it has.
    await expect
      .poll(async () => {
        const before = mine.events.length;
        await run(basicGraph(image, prefix));
        return outline(mine.events.slice(before)).includes('executing 1');
      })
      .toBe(true);
  });

  it('reports a picture that cannot be read, and does not remember the failure', async () => {
    const other = await connect();
    const name = `${randomUUID()}.png`;
    await probe.upload(name, Buffer.from('\u0089PNG\r\n\u001a\n_not a png', 'latin1'));
    for (let round = 0; round < 2; round++) {
      const before = mine.events.length;
      const promptId = await run(basicGraph(name, prefix));
      const events = mine.events.slice(before);
      expect(outline(events)).toEqual(outline(errorRecord.submitter as ComfyEvent[]));
      errorRecord.submitter.forEach((event, index) => expectShape(event, events[index]));
      expectShape(errorRecord.history, await probe.history(promptId));
      const job = (await probe.get(`/api/jobs/${promptId}`)).body as Job;
      expect(job).toMatchObject({
        status: 'failed',
        execution_error: { node_id: '1', node_type: 'LoadImage' },
      });
      expect(job.execution_error?.exception_type).toMatch(/^(OSError|PIL\.UnidentifiedImageError)$/);
    }
    expect(new Set(other.types())).toEqual(new Set(['status']));
  });

  it('interrupts the running prompt that is named and no other', async () => {
    const { prompt_id: promptId } = await probe.submit(
      target.slowGraph(await probe.uploadPicture(), prefix),
      {
        client_id: mine.clientId,
      },
    );
    await mine.untilNode(target.slowNode);
    await probe.call('POST', '/interrupt', { prompt_id: randomUUID() });
    const queue = (await probe.get('/queue')).body as QueueResponse;
    expect(queue.queue_running[0]?.[1]).toBe(promptId);
    expect(mine.types()).not.toContain('execution_interrupted');

    expect((await probe.call('POST', '/interrupt', { prompt_id: promptId })).status).toBe(200);
    await mine.untilEnd(promptId);
    const last = mine.events.slice(-3);
    expect(outline(last)).toEqual(outline(interruptRecord.last as ComfyEvent[]));
    interruptRecord.last.forEach((event, index) => expectShape(event, last[index]));
    expectShape(interruptRecord.history, await probe.history(promptId));
    expectShape(interruptRecord.job, (await probe.get(`/api/jobs/${promptId}`)).body);
    expect((await probe.get(`/api/jobs/${promptId}`)).body).toMatchObject({ status: 'cancelled' });
  });

  it.each(['', '{}', '{not json'])('interrupts whatever runs when the body is "%s"', async (body) => {
    const { prompt_id: promptId } = await probe.submit(
      target.slowGraph(await probe.uploadPicture(), prefix),
      {
        client_id: mine.clientId,
      },
    );
    await mine.untilNode(target.slowNode);
    await expectNoOthers(probe, [promptId]);
    expect((await probe.call('POST', '/interrupt', body)).status).toBe(200);
    await mine.untilEnd(promptId);
    expect(mine.types()).toContain('execution_interrupted');
  });

  it('is not poisoned by an interrupt while nothing runs', async () => {
    await expectNoOthers(probe);
    await probe.call('POST', '/interrupt', {});
    const promptId = await run(basicGraph(await probe.uploadPicture(), prefix));
    expect((await probe.history(promptId))?.status.status_str).toBe('success');
  });

  it('leaves pending prompts to /queue and the cancel API, and forgets them without a trace', async () => {
    const image = await probe.uploadPicture();
    const members = { client_id: mine.clientId };
    const { prompt_id: running } = await probe.submit(target.slowGraph(image, prefix), members);
    await mine.untilNode(target.slowNode);
    const submitted = [1, 2, 3].map((n) => probe.submit(basicGraph(image, `${prefix}-${n}`), members));
    const [deleted, cancelled, cleared] = (await Promise.all(submitted)).map((answer) => answer.prompt_id);

    await probe.call('POST', '/interrupt', { prompt_id: deleted });
    expect(((await probe.get('/queue')).body as QueueResponse).queue_pending).toHaveLength(3);
    await probe.call('POST', '/queue', { delete: [deleted, randomUUID()] });
    expect((await probe.call('POST', `/api/jobs/${cancelled}/cancel`)).body).toEqual({ cancelled: true });
    expect((await probe.get('/prompt')).body).toEqual({ exec_info: { queue_remaining: 2 } });
    await expectNoOthers(probe, [running, cleared]);
    await probe.call('POST', '/queue', { clear: true });
    const { queue_running, queue_pending } = (await probe.get('/queue')).body as QueueResponse;
    expect([queue_running.map((item) => item[1]), queue_pending]).toEqual([[running], []]);
    for (const id of [deleted, cancelled, cleared]) {
      expect(await probe.history(id as string)).toBeUndefined();
      expect((await probe.get(`/api/jobs/${id}`)).status).toBe(404);
      expect(mine.events.filter((event) => 'prompt_id' in event.data && event.data.prompt_id === id)).toEqual(
        [],
      );
    }

    expect((await probe.call('POST', `/api/jobs/${running}/cancel`)).body).toEqual({ cancelled: true });
    await mine.untilEnd(running);
    expect((await probe.call('POST', `/api/jobs/${running}/cancel`)).body).toEqual({ cancelled: false });
  });

  it('runs the lowest number first, and front before everything', async () => {
    const image = await probe.uploadPicture();
    const member = { client_id: mine.clientId };
    const { prompt_id: running } = await probe.submit(target.slowGraph(image, prefix), member);
    await mine.untilNode(target.slowNode);
    const ids: string[] = [];
    for (const order of [{}, { front: true }, { number: -1_000_000 }]) {
      ids.push(
        (await probe.submit(basicGraph(image, `${prefix}-${ids.length}`), { ...member, ...order })).prompt_id,
      );
    }
    await probe.call('POST', `/api/jobs/${running}/cancel`);
    target.finishSlow();
    await mine.untilEnd(ids[0] as string);
    const started = mine.events.flatMap((event) =>
      event.type === 'execution_start' ? [event.data.prompt_id] : [],
    );
    expect(started).toEqual([running, ids[2], ids[1], ids[0]]);
  });

  it('tells a client that comes back which node runs, and replays nothing', async () => {
    const { prompt_id: promptId } = await probe.submit(
      target.slowGraph(await probe.uploadPicture(), prefix),
      {
        client_id: mine.clientId,
      },
    );
    await mine.untilNode(target.slowNode);
    await mine.close('abruptly');
    opened.length = 0;
    const again = await connect(mine.clientId);
    await again.until(() => again.events.length >= 2);
    expect(outline(again.events.slice(0, 2)).map((line) => line.split(' ')[0])).toEqual([
      'status',
      'executing',
    ]);
    reconnectRecord.running.forEach((event, index) => expectShape(event, again.events[index]));

    await probe.call('POST', '/interrupt', { prompt_id: promptId });
    await again.untilEnd(promptId);
    expect(again.types()).not.toContain('execution_start');
    const late = await connect(mine.clientId);
    await late.close();
    opened.pop();
    expect(late.events).toHaveLength(1);
    expectShape(reconnectRecord.finished[0], late.events[0]);
  });

  it('shows a prompt without a client id to everybody, but only its progress', async () => {
    const graph = target.slowGraph(await probe.uploadPicture(), prefix);
    const { prompt_id: promptId } = await probe.submit(graph);
    await mine.until(() => mine.types().includes('progress_state'));
    await expect
      .poll(async () => {
        await probe.call('POST', '/interrupt', { prompt_id: promptId });
        return probe.history(promptId);
      })
      .toBeDefined();
    await mine.until(() => mine.types().includes('execution_interrupted'));
    const heard = new Set(mine.types());
    for (const type of heard) expect(anonymousRecord.heardWhenInterrupted).toContain(type);
  });

  it('keeps clients apart when both have prompts', async () => {
    const other = await connect();
    const image = await probe.uploadPicture();
    const theirs = await probe.submit(basicGraph(image, `${prefix}-theirs`), { client_id: other.clientId });
    await run(basicGraph(image, prefix));
    await other.untilEnd(theirs.prompt_id);
    for (const event of [...mine.events, ...other.events]) {
      if (!('prompt_id' in event.data)) continue;
      const owner = event.data.prompt_id === theirs.prompt_id ? other : mine;
      expect(owner.events).toContain(event);
    }
  });

  it('answers feature flags when they are the first message', async () => {
    mine.send({ type: 'feature_flags', data: { supports_preview_metadata: true } });
    await mine.until(() => mine.types().includes('feature_flags'));
    expect(mine.events.at(-1)?.data).toEqual((await probe.get('/features')).body);
  });
});
