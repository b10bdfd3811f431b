import type { TaskFailure } from '@app/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun, LIMITS, succeed, until } from './fake-run.js';

let on: FakeRun;
beforeEach(async () => {
  on = await FakeRun.start();
});
afterEach(() => on.close());

const rejection = (type: string, nodeErrors: unknown = {}): unknown => ({
  error: { type, message: 'Prompt outputs failed validation', details: '', extra_info: {} },
  node_errors: nodeErrors,
});
const nodeError = (type: string, details: string, classType: string): unknown => ({
  errors: [{ type, message: 'Bad', details, extra_info: {} }],
  dependent_outputs: ['12'],
  class_type: classType,
});
const answerSubmit = (status: number, body: unknown): void => {
  on.fake.intercept = ({ method, path }) =>
    method === 'POST' && path === '/prompt' ? { status, body } : undefined;
};

describe('a graph the engine refuses', () => {
  it('is workflow_invalid with the node', async () => {
    answerSubmit(
      400,
      rejection('x', { '6': nodeError('value_not_in_list', 'checkpoint: no', 'DDColor_Colorize') }),
    );
    await expect(on.run()).rejects.toMatchObject({
      code: 'workflow_invalid',
      node: { id: '6', type: 'DDColor_Colorize' },
      message: expect.stringContaining('checkpoint: no'),
    });
    expect(on.cancels).toEqual([]);
    expect(on.questions).toEqual([]);
  });

  it('is bad_image when only the picture is at fault', async () => {
    const image = nodeError('custom_validation_failed', 'image - Invalid image file: a.png', 'LoadImage');
    answerSubmit(400, rejection('x', { '11': image }));
    await expect(on.run()).rejects.toMatchObject({ code: 'bad_image' });
  });

  it('is cancelled and refused when only a part is accepted', async () => {
    on.fake.nodeErrors = {
      '11': nodeError('required_input_missing', 'width', 'Scale'),
    } as typeof on.fake.nodeErrors;
    await expect(on.run()).rejects.toMatchObject({ code: 'workflow_invalid' });
    expect(on.cancels).toEqual(['cancelled']);
    expect(on.fake.prompts).toEqual([]);
  });

  it.each([
    [413, 'Maximum request body size exceeded', 'workflow_invalid'],
    [500, '500 Internal Server Error', 'unknown'],
    [503, '<html>starting</html>', 'engine_unreachable'],
    [302, '', 'upstream_garbage'],
    [200, 'not json', 'upstream_garbage'],
    [200, { hello: 'world' }, 'upstream_garbage'],
  ])('a %i with %j is %s', async (status, body, code) => {
    answerSubmit(status, body);
    await expect(on.run()).rejects.toMatchObject({ code });
  });
});

describe('a prompt that fails', () => {
  it.each([
    ['6', 'torch.OutOfMemoryError', 'CUDA out of memory.\n\nTIPS: …', 'out_of_memory'],
    ['6', 'RuntimeError', "DefaultCPUAllocator: can't allocate memory\n", 'out_of_memory'],
    ['11', 'OSError', 'Truncated File Read\n', 'bad_image'],
    ['6', 'RuntimeError', 'Sizes of tensors must match\n', 'unknown'],
  ])('in node %s with %s is told with its node', async (node, type, message, code) => {
    on.fake.script = (prompt) => {
      prompt.start();
      return prompt.fail(node, type, message);
    };
    const failure = await on.run().catch((error: unknown) => error as TaskFailure);
    expect(failure).toMatchObject({ code, node: { id: node } });
    expect(failure).toHaveProperty('message', expect.stringContaining(message.trim()));
    expect(JSON.stringify((failure as TaskFailure).toFailure())).not.toContain('/secret');
    expect(on.questions).toHaveLength(1);
    expect(on.cancels).toEqual([]);
  });

  it('by an interrupt of somebody else is unknown', async () => {
    on.fake.script = (prompt) => {
      prompt.start();
      return prompt.endInterrupted();
    };
    await expect(on.run()).rejects.toMatchObject({
      code: 'unknown',
      message: expect.stringContaining('interrupted'),
    });
  });

  it('without an image is no success', async () => {
    on.fake.script = (prompt) => {
      prompt.start();
      return prompt.succeed();
    };
    await expect(on.run()).rejects.toMatchObject({
      code: 'unknown',
      message: expect.stringContaining('no image'),
    });
  });

  it('whose file is gone, empty, too many or too large is told so', async () => {
    on.fake.script = succeed;
    on.fake.files.clear();
    await expect(on.run()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    on.fake.files.set('p_00001_.png', Buffer.alloc(0));
    await expect(on.run()).rejects.toMatchObject({
      code: 'unknown',
      message: expect.stringContaining('empty'),
    });
    on.fake.files.set('p_00001_.png', Buffer.alloc(2048));
    const small = on.run({ limits: { ...LIMITS, maxImageBytes: 1024 } });
    await expect(small).rejects.toMatchObject({
      code: 'unknown',
      message: expect.stringContaining('larger than 1024'),
    });
    const none = on.run({ limits: { ...LIMITS, maxImages: 0 } });
    await expect(none).rejects.toMatchObject({
      code: 'unknown',
      message: expect.stringContaining('0 at most'),
    });
  });

  it('survives a download that breaks once', async () => {
    let views = 0;
    on.fake.intercept = ({ path }) => {
      if (!path.startsWith('/view')) return undefined;
      views += 1;
      return views === 1 ? { status: 0, drop: true } : undefined;
    };
    on.fake.script = succeed;
    expect((await on.run()).images).toHaveLength(1);
  });
});

describe('an engine that goes away', () => {
  const LOST = {
    code: 'engine_lost_prompt',
    message: expect.stringContaining('went away while it had the prompt') as string,
  };

  it('before the submission is engine_unreachable at once', async () => {
    await on.fake.close();
    await expect(on.run()).rejects.toMatchObject({ code: 'engine_unreachable' });
    expect(on.cancels).toEqual([]);
  });

  it('and comes back empty has lost the prompt', async () => {
    on.fake.script = (prompt) => {
      prompt.start();
      on.fake.forgetEverything();
    };
    await expect(on.run()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(on.cancels).toEqual([]);
  });

  it('loses a prompt that somebody took out of the queue', async () => {
    on.fake.script = () => {
      on.fake.prompts.length = 0;
      on.fake.cutSockets();
    };
    await expect(on.run()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
  });

  it('is not lost after one look that found nothing', async () => {
    let looks = 0;
    on.fake.intercept = ({ path }) => {
      if (!path.startsWith('/api/jobs/') || looks > 0) return undefined;
      looks += 1;
      return { status: 404, body: { error: 'Job not found' } };
    };
    on.fake.script = (prompt) => {
      prompt.start();
      prompt.output('12', 'p_00001_.png');
      on.fake.cutSockets();
      void until(() => on.fake.count('GET', /^\/api\/jobs/) >= 2).then(() => prompt.succeed());
    };
    expect((await on.run()).images).toHaveLength(1);
  });

  it.each([
    ['that refuses', { status: 502, body: 'bad gateway' }, LOST],
    ['that drops every connection', { status: 0, drop: true }, LOST],
    ['that answers with nonsense', { status: 200, body: { hello: 'world' } }, { code: 'upstream_garbage' }],
  ])('for longer than the patience has lost the prompt: one %s', async (_what, answer, failure) => {
    on.fake.script = (prompt) => {
      prompt.start();
      on.fake.intercept = () => answer;
      on.fake.cutSockets();
    };
    const limits = { ...LIMITS, unreachableMs: 1_500 };
    await expect(on.run({ limits })).rejects.toMatchObject(failure);
  });

  it('before its result is downloaded has lost it', async () => {
    on.fake.script = succeed;
    on.fake.intercept = ({ path }) => (path.startsWith('/view') ? { status: 0, drop: true } : undefined);
    await expect(on.run()).rejects.toMatchObject({
      code: 'engine_lost_prompt',
      message: expect.stringContaining('before its result was downloaded'),
    });
  });

  it('while it takes the photo has lost it, but not when it says so beforehand', async () => {
    const upload = () => on.client.upload(Buffer.alloc(1_000_000), 'a.png');
    on.fake.intercept = () => ({ status: 0, drop: true });
    await expect(upload()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    on.fake.intercept = () => ({ status: 503, body: 'starting' });
    await expect(upload()).rejects.toMatchObject({ code: 'engine_unreachable' });
    await on.fake.close();
    await expect(upload()).rejects.toMatchObject({ code: 'engine_unreachable' });
  });

  it('for less than that does no harm', async () => {
    let refusals = 3;
    on.fake.script = (prompt) => {
      prompt.start();
      prompt.output('12', 'p_00001_.png');
      on.fake.intercept = () => {
        refusals -= 1;
        return refusals >= 0 ? { status: 502, body: 'bad gateway' } : undefined;
      };
      on.fake.cutSockets();
      return prompt.succeed();
    };
    expect((await on.run({ limits: { ...LIMITS, unreachableMs: 10_000 } })).images).toHaveLength(1);
    expect(refusals).toBeLessThan(0);
  });
});

describe('a submission whose answer is lost', () => {
  const dropFirstAnswer = (isAccepted: boolean): void => {
    let drops = 0;
    on.fake.intercept = (request) => {
      if (request.path !== '/prompt' || drops > 0) return undefined;
      drops += 1;
      if (isAccepted) on.fake.answer(request);
      return { status: 0, drop: true };
    };
  };

  it('is not repeated when the engine has it', async () => {
    on.fake.script = succeed;
    dropFirstAnswer(true);
    expect((await on.run()).images).toHaveLength(1);
    expect(on.fake.count('POST', /^\/prompt$/)).toBe(1);
    expect(on.fake.prompts).toHaveLength(1);
  });

  it('is repeated once, with the same id, when the engine does not', async () => {
    on.fake.script = succeed;
    dropFirstAnswer(false);
    expect((await on.run()).images).toHaveLength(1);
    const ids = on.fake.requests
      .filter(({ path }) => path === '/prompt')
      .map(({ body }) => (JSON.parse(String(body)) as { prompt_id: string }).prompt_id);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
    expect(on.fake.prompts).toHaveLength(1);
  });

  it('is found when the server was only slow to answer', async () => {
    on.fake.script = succeed;
    on.fake.intercept = (request) => {
      if (request.path !== '/prompt') return undefined;
      on.fake.answer(request);
      return until(() => on.fake.count('GET', /jobs|history/) > 0).then(() => ({ status: 0, drop: true }));
    };
    expect((await on.run()).images).toHaveLength(1);
    expect(on.fake.prompts).toHaveLength(1);
  });

  it('twice is engine_lost_prompt', async () => {
    on.fake.intercept = ({ path }) => (path === '/prompt' ? { status: 0, drop: true } : undefined);
    await expect(on.run()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(on.fake.count('POST', /^\/prompt$/)).toBe(2);
  });

  it('by an engine that is gone then is engine_lost_prompt', async () => {
    on.fake.intercept = ({ method, path }) => {
      if (method !== 'POST' || path !== '/prompt') return undefined;
      on.fake.intercept = () => ({ status: 502, body: 'bad gateway' });
      return { status: 0, drop: true };
    };
    const limits = { ...LIMITS, unreachableMs: 1_500 };
    await expect(on.run({ limits })).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(on.fake.count('POST', /^\/prompt$/)).toBe(1);
  });
});

it('a listener that throws ends the run and cancels the prompt', async () => {
  on.fake.script = (prompt) => {
    prompt.start();
    void prompt.interrupted.then(() => prompt.endInterrupted());
  };
  const boom = new Error('boom');
  const running = on.run({
    onProgress: ({ stage }) => {
      if (stage === 'running') throw boom;
    },
  });
  await expect(running).rejects.toBe(boom);
  expect(on.cancels).toEqual(['cancelled']);
});
