import { ComfyClient, type ComfyEvent } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FakeRun, LIMITS, succeed, until } from './fake-run.js';

const OTHER = '0192f000-0000-7000-8000-000000000000';

let on: FakeRun;
beforeEach(async () => {
  on = await FakeRun.start();
});
afterEach(() => on.close());

const submissions = (): number => on.fake.count('POST', /^\/prompt$/);

describe('C02: 400 with node errors', () => {
  const nodeError = {
    errors: [
      { type: 'value_not_in_list', message: 'Value not in list', details: "checkpoint: 'x'", extra_info: {} },
    ],
    dependent_outputs: ['12'],
    class_type: 'DDColor_Colorize',
  };

  it('is workflow_invalid with node, type and reason, and is not sent again', async () => {
    on.fake.intercept = ({ path }) =>
      path === '/prompt' ? { status: 400, body: { error: {}, node_errors: { '6': nodeError } } } : undefined;
    await expect(on.run()).rejects.toMatchObject({
      code: 'workflow_invalid',
      node: { id: '6', type: 'DDColor_Colorize' },
      message: expect.stringContaining("Value not in list - checkpoint: 'x'") as string,
    });
    expect(submissions()).toBe(1);
  });

  it('is workflow_invalid in the words of an older server', async () => {
    const error = {
      type: 'invalid_prompt',
      message: 'Cannot execute because node DDColor_Colorize does not exist.',
      details: "Node ID '#6'",
      extra_info: {},
    };
    on.fake.intercept = ({ path }) =>
      path === '/prompt' ? { status: 400, body: { error, node_errors: {} } } : undefined;
    await expect(on.run()).rejects.toMatchObject({
      code: 'workflow_invalid',
      node: { id: '6', type: 'DDColor_Colorize' },
    });
  });
});

describe('C04: output of another prompt', () => {
  it('is ignored when the socket tells it', async () => {
    on.fake.files.set('theirs.png', Buffer.from('theirs'));
    on.fake.script = async (prompt) => {
      prompt.start();
      const images = [{ filename: 'theirs.png', subfolder: '', type: 'output' as const }];
      const output = { node: '12', display_node: '12', output: { images }, prompt_id: OTHER };
      const theirs: ComfyEvent[] = [
        { type: 'executed', data: output },
        { type: 'execution_success', data: { prompt_id: OTHER, timestamp: 1 } },
        { type: 'executing', data: { node: null, prompt_id: OTHER } },
      ];
      for (const event of theirs) prompt.send(event);
      await succeed(prompt);
    };
    expect((await on.run()).images).toEqual([{ data: Buffer.from('picture'), filename: 'p_00001_.png' }]);
    expect(on.questions).toHaveLength(1);
  });

  it('is upstream_garbage when the history gives it for ours', async () => {
    on.fake.script = async (prompt) => {
      await succeed(prompt);
      const entry = on.fake.history.get(prompt.id) as { prompt: unknown[] };
      entry.prompt[1] = OTHER;
    };
    const limits = { ...LIMITS, unreachableMs: 100 };
    await expect(on.run({ limits })).rejects.toMatchObject({ code: 'upstream_garbage' });
  });
});

describe('C05: pictures that are none, as far as the wire tells', () => {
  it('an empty file is no result', async () => {
    on.fake.script = succeed;
    on.fake.files.set('p_00001_.png', Buffer.alloc(0));
    await expect(on.run()).rejects.toMatchObject({ code: 'unknown' });
  });

  it('a download that breaks off is fetched again, and bytes arrive as they are', async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 128]);
    on.fake.files.set('p_00001_.png', png);
    let breaks = 2;
    on.fake.intercept = ({ path }) => {
      if (!path.startsWith('/view') || breaks === 0) return undefined;
      breaks -= 1;
      return { status: 0, drop: true };
    };
    on.fake.script = succeed;
    expect((await on.run()).images[0]?.data).toEqual(png);
  });
});

it('C07: success with no outputs at all is a failure', async () => {
  on.fake.script = async (prompt) => {
    prompt.start(['11', '6', '12']);
    await prompt.succeed();
  };
  await expect(on.run()).rejects.toMatchObject({
    code: 'unknown',
    message: expect.stringContaining('made no image') as string,
  });
});

describe('C08: accepted, then unknown', () => {
  it.each(['pending', 'running'] as const)('while %s is engine_lost_prompt', async (state) => {
    on.fake.script = (prompt) => {
      if (state === 'running') prompt.start();
      on.fake.forgetEverything();
    };
    await expect(on.run()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(submissions()).toBe(1);
  });

  it('is found although the socket stays up: the queue says that it is empty', async () => {
    on.fake.script = () => {
      on.fake.prompts.length = 0;
      on.fake.broadcastStatus();
    };
    const startedAt = performance.now();
    await expect(on.run()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    // Where it cannot be asked, it is given 30 s.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

describe('C10: a prompt that never finishes', () => {
  it('is interrupted when the limit is passed, and only then', async () => {
    on.fake.script = (prompt) => {
      prompt.start();
      void prompt.interrupted.then(() => prompt.endInterrupted());
    };
    await expect(on.run({ limits: { ...LIMITS, runMs: 300 } })).rejects.toMatchObject({ code: 'timed_out' });
    expect(on.cancels).toEqual(['cancelled']);
    expect(on.fake.prompts.map(({ state }) => state)).toEqual(['finished']);
  });

  it('is not waited for when nothing stops it, and that is said', async () => {
    on.fake.ignoresInterrupts = true;
    on.fake.script = (prompt) => prompt.start();
    const limits = { ...LIMITS, runMs: 200, cancelMs: 300 };
    await expect(on.run({ limits })).rejects.toMatchObject({
      code: 'timed_out',
      message: expect.stringContaining('has not stopped yet') as string,
    });
  });
});

it.each([
  ['torch.OutOfMemoryError', 'CUDA out of memory. Tried to allocate 2.00 GiB'],
  ['torch.cuda.OutOfMemoryError', 'Allocation on device'],
  ['torch.AcceleratorError', 'CUDA error: out of memory'],
  ['RuntimeError', "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"],
])('C11: %s (%s) is out_of_memory with the node', async (type, message) => {
  on.fake.script = (prompt) => {
    prompt.start();
    return prompt.fail('6', type, message);
  };
  await expect(on.run()).rejects.toMatchObject({
    code: 'out_of_memory',
    node: { id: '6', type: 'DDColor_Colorize' },
    message: expect.stringContaining(message) as string,
  });
});

it('C13: the name that the engine gives an upload is the one that is used', async () => {
  on.fake.files.set('x.png', Buffer.from('of somebody else'));
  expect(await on.client.upload(Buffer.from('ours'), 'x.png')).toBe('photo-repair/x (1).png');
  expect(on.fake.files.get('x.png')).toEqual(Buffer.from('of somebody else'));
});

describe('C14: a client id that somebody else takes', () => {
  it('is never shared by two clients, nor used by two sockets of one', async () => {
    const second = new ComfyClient(on.fake.url, { timeouts: { retryMs: 10, maxRetryMs: 20 } });
    await Promise.all([on.client.connect(), second.connect()]);
    on.fake.cutSockets();
    await until(() => on.fake.sockets.length >= 4 && on.client.isConnected && second.isConnected);
    const ids = on.fake.sockets.map(({ clientId }) => clientId);
    expect(new Set(ids).size).toBe(ids.length);
    await second.close();
  });

  it('costs a run only time when it is stolen', async () => {
    await on.client.connect();
    const thief = new WebSocket(`${on.fake.url.replace('http', 'ws')}/ws?clientId=${on.client.clientId}`);
    await until(() => on.fake.sockets.length === 2);
    on.fake.script = succeed;
    expect((await on.run()).images).toHaveLength(1);
    thief.terminate();
  });
});

it('a prompt id is asked for as it was given, whatever else is in the engine', async () => {
  on.fake.script = succeed;
  const promptId = randomUUID();
  await on.run({ promptId });
  expect(on.questions).toEqual([`GET /history/${promptId}`]);
});
