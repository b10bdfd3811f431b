import { ComfyClient, ERASED_PNG, eraseLeft, type LeftInEngine } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeComfy } from '../../support/fake-comfyui.js';

const PHOTO = Buffer.from('a photo');

describe('eraseLeft', () => {
  let fake: FakeComfy;
  let client: ComfyClient;
  let left: LeftInEngine;

  beforeEach(async () => {
    fake = await FakeComfy.start();
    client = new ComfyClient(fake.url, { timeouts: { callMs: 1_000 } });
    left = { uploadName: 't.png', outputPrefix: 'photo-repair/t', runs: 1, promptIds: [], files: [] };
  });
  afterEach(async () => {
    await client.close();
    await fake.close();
  });

  const keep = (...names: string[]) => {
    for (const name of names) fake.files.set(name, PHOTO);
  };
  const photosLeft = () =>
    [...fake.files].filter(([, bytes]) => !bytes.equals(ERASED_PNG)).map(([name]) => name);

  /** A prompt of the task in the engine. */
  async function submit(): Promise<string> {
    const promptId = randomUUID();
    await client.submit({}, promptId);
    await vi.waitFor(() => expect(fake.prompts.some(({ id }) => id === promptId)).toBe(true));
    return promptId;
  }

  it('writes a picture that everybody can read', async () => {
    expect(await sharp(ERASED_PNG).metadata()).toMatchObject({ format: 'png', width: 1, height: 1 });
    expect(await sharp(ERASED_PNG).raw().toBuffer()).toEqual(Buffer.from([0, 0, 0]));
  });

  it('finds the photo under each name that the engine gave it, and no photo of another task', async () => {
    keep(
      't.png',
      't (1).png',
      't (2).png',
      'u.png',
      'u (1).png',
      't_00001_.png',
      't_00002_.png',
      'u_00001_.png',
    );
    await eraseLeft(client, left);
    expect(photosLeft()).toEqual(['u.png', 'u (1).png', 'u_00001_.png']);
    expect(fake.files.size).toBe(8);
  });

  it('goes on beyond a gap for as many runs as there were', async () => {
    keep('t_00003_.png');
    await eraseLeft(client, { ...left, runs: 3 });
    expect(photosLeft()).toEqual([]);
  });

  it('takes the names of other nodes from the history, and what was noted, then forgets the prompt', async () => {
    keep('preview.png', 'noted.png', 'input-of-another.png');
    fake.script = async (prompt) => {
      prompt.start();
      prompt.output('7', 'preview.png', 'temp');
      prompt.output('8', 'input-of-another.png', 'input');
      await prompt.succeed();
    };
    const promptId = await submit();
    await vi.waitFor(() => expect(fake.history.has(promptId)).toBe(true));
    await eraseLeft(client, {
      ...left,
      promptIds: [promptId],
      files: [{ name: 'noted.png', subfolder: '', type: 'output' }],
    });
    expect(photosLeft()).toEqual(['input-of-another.png']);
    expect(fake.history.size).toBe(0);
  });

  it('stops what still runs before it looks for what that has saved', async () => {
    fake.script = async (prompt) => {
      prompt.start();
      await prompt.interrupted;
      fake.files.set('t_00001_.png', PHOTO);
      await prompt.endInterrupted();
    };
    const promptId = await submit();
    await vi.waitFor(() => expect(fake.prompts[0]?.state).toBe('running'));
    await eraseLeft(client, { ...left, promptIds: [promptId] });
    expect(photosLeft()).toEqual([]);
    expect(fake.history.size).toBe(0);
  });

  it('takes what has not begun out of the queue', async () => {
    const promptId = await submit();
    await eraseLeft(client, { ...left, promptIds: [promptId] });
    expect(fake.prompts).toEqual([]);
  });

  it('rejects where a prompt does not end, before it erases what that would read', async () => {
    keep('t.png');
    fake.ignoresInterrupts = true;
    fake.script = (prompt) => prompt.start();
    const promptId = await submit();
    await expect(eraseLeft(client, { ...left, promptIds: [promptId] })).rejects.toMatchObject({
      code: 'timed_out',
    });
    expect(photosLeft()).toEqual(['t.png']);
  });

  it.each([
    ['is away', { status: 0, drop: true }],
    ['has no room', { status: 500, body: '500 Internal Server Error' }],
    ['put it elsewhere', { status: 200, body: { name: 't (1).png', subfolder: '', type: 'input' } }],
  ])('rejects where the engine %s', async (_what, answer) => {
    keep('t.png');
    fake.intercept = ({ method, path }) =>
      method === 'POST' && path.startsWith('/upload') ? answer : undefined;
    await expect(eraseLeft(client, left)).rejects.toMatchObject({
      name: expect.stringMatching(/Failure|Error/) as string,
    });
    expect(photosLeft()).toEqual(['t.png']);
  });

  it('does not take an engine that cannot tell for one that has nothing', async () => {
    fake.intercept = ({ path }) => (path.startsWith('/view') ? { status: 502 } : undefined);
    await expect(eraseLeft(client, left)).rejects.toMatchObject({ code: 'engine_unreachable' });
    await fake.close();
    await expect(eraseLeft(client, left)).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});
