import { ComfyClient, ERASED_PNG, eraseFiles } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basicGraph, comfyTargets, type ComfyTarget } from '../support/comfy-targets.js';
import { ProbeSocket, ProtocolProbe, randomPicture } from '../support/protocol-probe.js';

describe.each(comfyTargets())('ComfyUI protocol: replacing files of $name', ({ start }) => {
  let target: ComfyTarget;
  let probe: ProtocolProbe;
  let client: ComfyClient;

  beforeAll(async () => {
    target = await start();
    probe = new ProtocolProbe(target.url);
    client = new ComfyClient(target.url);
  });
  afterAll(() => target.stop());

  const bytesOf = async (type: string, subfolder: string, filename: string) => {
    const answer = await fetch(
      `${target.url}/view?${new URLSearchParams({ type, subfolder, filename }).toString()}`,
    );
    return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : answer.status;
  };

  it.each(['input', 'output', 'temp'] as const)(
    'takes other bytes for a file of %s, on demand only',
    async (type) => {
      const [name, subfolder] = [randomUUID(), randomUUID()];
      const [first, second] = [await randomPicture(), await randomPicture()];
      const place = { type, subfolder };
      expect((await probe.upload(`${name}.png`, first, place)).body).toMatchObject({
        name: `${name}.png`,
        ...place,
      });
      const other = await probe.upload(`${name}.png`, second, place);
      expect(other.body).toMatchObject({ name: `${name} (1).png`, ...place });
      expect(await bytesOf(type, subfolder, `${name}.png`)).toEqual(first);
      for (const overwrite of ['true', '1']) {
        const bytes = await randomPicture();
        const answer = await probe.upload(`${name}.png`, bytes, { ...place, overwrite });
        expect(answer.body).toMatchObject({ name: `${name}.png`, ...place });
        expect(await bytesOf(type, subfolder, `${name}.png`)).toEqual(bytes);
      }
      expect(await bytesOf(type, subfolder, `${name} (1).png`)).toEqual(second);
    },
  );

  it('shows one pixel where a result was erased, and forgets its prompt', async () => {
    const socket = await ProbeSocket.open(target.url);
    const prefix = `${randomUUID()}/${randomUUID()}`;
    const image = await probe.uploadPicture();
    const { prompt_id: promptId } = await probe.submit(basicGraph(image, prefix), {
      client_id: socket.clientId,
    });
    await socket.untilEnd(promptId);
    await socket.close();
    const [subfolder = '', stem = ''] = prefix.split('/');
    const result = { name: `${stem}_00001_.png`, subfolder, type: 'output' as const };
    const upload = { name: image, subfolder: '', type: 'input' as const };
    const absent = { ...result, name: 'never.png' };
    expect(await eraseFiles(client, [result, upload, absent])).toBe(2);
    expect(await bytesOf('output', subfolder, result.name)).toEqual(ERASED_PNG);
    expect(await bytesOf('input', '', image)).toEqual(ERASED_PNG);
    expect(await bytesOf('output', subfolder, absent.name)).toBe(404);
    await client.forgetPrompts([promptId, randomUUID()]);
    expect(await client.history(promptId)).toBeNull();
  });

  it('runs a graph anew whose photo was replaced', async () => {
    const socket = await ProbeSocket.open(target.url);
    const image = await probe.uploadPicture();
    const members = { client_id: socket.clientId };
    const cachedOf = async (promptId: string) => {
      await socket.untilEnd(promptId);
      const messages = (await probe.history(promptId))?.status.messages ?? [];
      return messages.flatMap(([type, data]) => (type === 'execution_cached' ? data.nodes : []));
    };
    const graph = basicGraph(image, randomUUID());
    expect(await cachedOf((await probe.submit(graph, members)).prompt_id)).toEqual([]);
    expect((await cachedOf((await probe.submit(graph, members)).prompt_id)).toSorted()).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
    await probe.upload(image, await randomPicture(), { overwrite: 'true' });
    expect(await cachedOf((await probe.submit(graph, members)).prompt_id)).toEqual([]);
    await socket.close();
  });
});
