import { ComfyClient, encodeBinaryFrame, runPrompt } from '@app/comfyui';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun, GRAPH, LIMITS, succeed, until } from './fake-run.js';

let on: FakeRun;
beforeEach(async () => {
  on = await FakeRun.start();
});
afterEach(() => on.close());

describe('runPrompt with a healthy socket', () => {
  it('returns the picture and asks at most twice', async () => {
    on.fake.script = succeed;
    const result = await on.run();
    expect(result.images).toEqual([{ data: Buffer.from('picture'), filename: 'p_00001_.png' }]);
    expect(on.questions).toEqual([expect.stringMatching(/^GET \/history\//)]);
    expect(on.cancels).toEqual([]);
  });

  it('tells progress that only grows', async () => {
    on.fake.script = async (prompt) => {
      prompt.start();
      prompt.node('11');
      prompt.node('6', 1, 4);
      prompt.node('6', 3, 4);
      prompt.node('6', 2, 4);
      prompt.node('6');
      prompt.node('12');
      prompt.output('12', 'p_00001_.png');
      await prompt.succeed();
    };
    await on.run();
    const percents = on.progress.map(({ percent }) => percent);
    expect(on.progress[0]).toEqual({ stage: 'waiting_for_engine', percent: null });
    expect(percents).toEqual([null, 0, 33, 41, 58, 66, 99]);
  });

  it('sends feature flags first, its own id, a client id, no number and no Origin', async () => {
    on.fake.script = succeed;
    await on.run({ promptId: '01890a5d-ac96-774b-bcce-b302099a8057' });
    await until(() => on.fake.sockets[0]?.firstFrame !== null);
    expect(JSON.parse(on.fake.sockets[0]?.firstFrame ?? '')).toEqual({
      type: 'feature_flags',
      data: { supports_preview_metadata: true },
    });
    const submitted = on.fake.requests.find(({ method }) => method === 'POST');
    const body = JSON.parse(String(submitted?.body)) as Record<string, unknown>;
    expect(body['prompt_id']).toBe('01890a5d-ac96-774b-bcce-b302099a8057');
    expect(body['client_id']).toBe(on.fake.sockets[0]?.clientId);
    expect(body).not.toHaveProperty('number');
    expect(submitted?.headers).not.toHaveProperty('origin');
  });

  it('hears a cached prompt that is over at once', async () => {
    on.fake.script = async (prompt) => {
      prompt.start(['11', '6', '12']);
      prompt.output('12', 'p_00001_.png');
      await prompt.succeed();
    };
    expect((await on.run()).images).toHaveLength(1);
    expect(on.questions).toHaveLength(1);
  });

  it('waits for a history that is written late', async () => {
    let write: () => void = () => undefined;
    const written = new Promise<void>((resolve) => {
      write = resolve;
    });
    on.fake.script = async (prompt) => {
      prompt.start();
      prompt.output('12', 'p_00001_.png');
      await prompt.succeed(written);
    };
    const running = on.run();
    await until(() => on.fake.count('GET', /^\/history\//) >= 2);
    write();
    expect((await running).images).toHaveLength(1);
  });

  it('is not misled by frames of others and by previews', async () => {
    const other = '0192f000-0000-7000-8000-000000000000';
    on.fake.script = async (prompt) => {
      const place = { prompt_id: other, node_id: '6', node_type: 'X', executed: [], timestamp: 1 };
      on.fake.broadcast({ type: 'execution_interrupted', data: place });
      on.fake.broadcast({ type: 'execution_success', data: { prompt_id: other, timestamp: 1 } });
      on.fake.broadcast({ type: 'executing', data: { node: null, prompt_id: other } });
      on.fake.broadcast({ type: 'executing', data: { node: '12' } });
      const image = Buffer.from('no picture');
      const preview = encodeBinaryFrame({ kind: 'preview', mediaType: 'image/jpeg', image });
      for (const { ws } of on.fake.sockets) ws.send(preview);
      for (const { ws } of on.fake.sockets) ws.send(preview.subarray(0, 5));
      for (const { ws } of on.fake.sockets) ws.send('no json');
      await succeed(prompt);
    };
    expect((await on.run()).images).toHaveLength(1);
    expect(on.progress.map(({ percent }) => percent)).toEqual([null, 0, 33, 66, 99]);
    expect(on.questions).toHaveLength(1);
  });

  it('keeps two prompts at a time apart', async () => {
    on.fake.files.set('q.png', Buffer.from('other'));
    on.fake.script = async (prompt) => {
      const isFirst = on.fake.prompts[0] === prompt;
      await until(() => on.fake.prompts.length === 2);
      prompt.start();
      prompt.output('12', isFirst ? 'p_00001_.png' : 'q.png');
      await prompt.succeed();
    };
    const first = on.run();
    await until(() => on.fake.prompts.length === 1);
    const [one, two] = await Promise.all([first, on.run()]);
    expect(one.images[0]?.filename).toBe('p_00001_.png');
    expect(two.images[0]?.filename).toBe('q.png');
  });

  it('takes outputs and previews of the asked node only, in order', async () => {
    on.fake.files.set('t.png', Buffer.from('temp'));
    on.fake.script = async (prompt) => {
      prompt.start();
      prompt.output('9', 'other.png');
      prompt.output('12', 'a.png', 'input');
      prompt.output('12', 't.png', 'temp');
      prompt.output('12', 'p_00001_.png');
      await prompt.succeed();
    };
    expect((await on.run()).images.map(({ filename }) => filename)).toEqual(['t.png', 'p_00001_.png']);
  });

  it('refuses an id that is no lowercase UUID before anything is sent', async () => {
    await expect(on.run({ promptId: 'TASK-1' })).rejects.toThrow(TypeError);
    expect(on.fake.requests).toEqual([]);
  });
});

describe('runPrompt without help of the socket', () => {
  it('polls when there is no socket at all', async () => {
    on.fake.script = (prompt) => {
      prompt.output('12', 'p_00001_.png');
      prompt.state = 'running';
      void until(() => on.progress.some(({ stage }) => stage === 'running')).then(() => prompt.succeed());
    };
    const noSocket = new ComfyClient(on.fake.url, { timeouts: { openMs: 1 } });
    on.fake.isTalking = false;
    const result = await runPrompt(noSocket, {
      graph: GRAPH,
      promptId: '0192f000-0000-7000-8000-000000000001',
      outputNodeId: '12',
      limits: LIMITS,
      onProgress: (progress) => on.progress.push(progress),
    });
    expect(result.images).toHaveLength(1);
    expect(on.progress).toContainEqual({ stage: 'running', percent: null });
    await noSocket.close();
  });

  it('replaces a deaf socket, with a new client id', async () => {
    on.fake.isTalking = false;
    on.fake.script = (prompt) => {
      prompt.state = 'running';
      prompt.output('12', 'p_00001_.png');
      void until(() => on.fake.sockets.length === 2).then(() => prompt.succeed());
    };
    expect((await on.run()).images).toHaveLength(1);
    const [first, second] = on.fake.sockets;
    expect(second?.clientId).not.toBe(first?.clientId);
  });

  // After each frame of the happy way, the socket is cut and the rest happens unheard.
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'finds the end when the socket is cut after frame %i',
    async (frames) => {
      let left = frames;
      const sendTo = on.fake.sendTo.bind(on.fake);
      on.fake.sendTo = (clientId, event) => {
        if (left > 0) sendTo(clientId, event);
        else if (left === 0) on.fake.cutSockets();
        left -= 1;
      };
      on.fake.script = succeed;
      expect((await on.run()).images).toHaveLength(1);
      expect(left).toBeLessThan(0);
    },
  );

  it('finds the end on a server without /api/jobs', async () => {
    await on.close();
    on = await FakeRun.start({ hasJobs: false, hasCancel: false });
    on.fake.isTalking = false;
    on.fake.script = (prompt) => {
      prompt.state = 'running';
      prompt.output('12', 'p_00001_.png');
      void until(() => on.fake.count('GET', /^\/queue/) >= 2).then(() => prompt.succeed());
    };
    expect((await on.run()).images).toHaveLength(1);
    // Once for each client id: the deaf socket was replaced on the way.
    expect(on.fake.count('GET', /^\/api\/jobs/)).toBeLessThanOrEqual(2);
  });
});
