import { ComfyCallFailure, ComfyClient } from '@app/comfyui';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeComfy } from '../../support/fake-comfyui.js';
import { until } from './fake-run.js';

describe('ComfyClient', () => {
  let fake: FakeComfy;
  let client: ComfyClient;
  beforeEach(async () => {
    fake = await FakeComfy.start();
    const timeouts = { openMs: 1_000, pingMs: 50, pongMs: 500, retryMs: 20, maxRetryMs: 100 };
    client = new ComfyClient(fake.url, { timeouts });
  });
  afterEach(async () => {
    await client.close();
    await fake.close();
  });

  it('says which engine it is', async () => {
    expect(await client.describeEngine()).toEqual({ name: 'comfyui', version: '0.27.1' });
    fake.builtInEngine = { version: '0.1.0', colouring: 'preview' };
    expect(await client.describeEngine()).toEqual({
      name: 'built-in',
      version: '0.1.0',
      colouring: 'preview',
    });
  });

  it('knows classes, the queue length and the history of nothing', async () => {
    expect(await client.objectInfo('LoadImage')).toHaveProperty('input');
    expect(await client.objectInfo('constructor')).toBeNull();
    expect(await client.queueRemaining()).toBe(0);
    expect(await client.history('0192f000-0000-7000-8000-000000000004')).toBeNull();
    await client.free({ unloadModels: true, freeMemory: true });
    expect(JSON.parse(String(fake.requests.at(-1)?.body))).toEqual({
      unload_models: true,
      free_memory: true,
    });
  });

  it('uploads into its own folder and takes the name the engine gives', async () => {
    expect(await client.upload(Buffer.from([1, 2, 3]), 'a.png')).toBe('photo-repair/a.png');
    expect(fake.files.get('a.png')).toEqual(Buffer.from([1, 2, 3]));
    fake.intercept = () => ({ status: 200, body: { name: 'a (1).png', subfolder: '', type: 'input' } });
    expect(await client.upload(Buffer.from([4]), 'a.png')).toBe('a (1).png');
  });

  it('refuses an upload name with other characters', async () => {
    for (const name of ['../a.png', 'a b.png', '', '-rf.png', 'a [output].png']) {
      await expect(client.upload(Buffer.from([1]), name)).rejects.toThrow(TypeError);
    }
    expect(fake.requests).toEqual([]);
  });

  it('calls an upload above the limit a bad image', async () => {
    fake.intercept = () => ({ status: 413, body: 'Maximum request body size 104857600 exceeded.' });
    await expect(client.upload(Buffer.from([1]), 'a.png')).rejects.toMatchObject({ code: 'bad_image' });
  });

  it.each([
    [404, 'nothing', 'upstream_garbage'],
    [302, '', 'upstream_garbage'],
    [429, 'later', 'engine_unreachable'],
    [500, '500 Internal Server Error\n\nServer got itself in trouble', 'engine_unreachable'],
    [503, '<html>starting</html>', 'engine_unreachable'],
  ])('calls a %i with %j %s', async (status, body, code) => {
    fake.intercept = () => ({ status, body });
    await expect(client.queue()).rejects.toMatchObject({ code });
  });

  it('rejects with the reason of its signal', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    fake.intercept = () => {
      stop.abort(reason);
      return { status: 0, drop: true };
    };
    await expect(client.systemStats(stop.signal)).rejects.toBe(reason);
  });

  it('takes http addresses only, and never shows credentials', async () => {
    expect(() => new ComfyClient('ftp://127.0.0.1')).toThrow(TypeError);
    expect(() => new ComfyClient('127.0.0.1:8188')).toThrow(TypeError);
    const secret = new ComfyClient(`http://user:hunter2@127.0.0.1:${fake.port}/`);
    fake.intercept = () => ({ status: 401, body: 'no' });
    const failure = await secret.queue().catch((error: unknown) => error as Error);
    expect(failure).toHaveProperty('message', expect.stringContaining('status 401'));
    expect(failure).toBeInstanceOf(ComfyCallFailure);
    expect((failure as Error).message).not.toContain('hunter2');
  });

  it('stays connected while pings are answered', async () => {
    await client.connect();
    let pings = 0;
    fake.sockets[0]?.ws.on('ping', () => {
      pings += 1;
    });
    await until(() => pings >= 4);
    expect(client.isConnected).toBe(true);
    expect(fake.sockets).toHaveLength(1);
  });

  it('replaces a socket that answers no ping, with a new client id', async () => {
    await client.connect();
    const firstId = client.clientId;
    const first = fake.sockets[0]?.ws as unknown as { _autoPong: boolean };
    first._autoPong = false;
    await until(() => fake.sockets.length === 2 && client.isConnected);
    expect(client.clientId).not.toBe(firstId);
    expect(fake.sockets[1]?.clientId).toBe(client.clientId);
  });

  it('rejects connect while nothing listens, and comes up later by itself', async () => {
    const { port } = fake;
    await fake.close();
    await expect(client.connect()).rejects.toMatchObject({ code: 'engine_unreachable' });
    fake = await FakeComfy.start({ port });
    await until(() => client.isConnected);
    const ids = new Set(fake.sockets.map(({ clientId }) => clientId));
    expect(ids).toEqual(new Set([client.clientId]));
  });

  it('does not come back after close', async () => {
    await client.connect();
    await client.close();
    expect(client.isConnected).toBe(false);
    const before = fake.sockets.length;
    await fake.close();
    expect(before).toBe(1);
    fake = await FakeComfy.start();
  });
});

describe('a server that misbehaves on the wire', () => {
  let server: Server;
  let respond: (response: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((_request, response) => respond(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const clientOf = (timeouts: object): ComfyClient =>
    new ComfyClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { timeouts });

  it('by saying nothing is unreachable in time', async () => {
    respond = () => undefined;
    await expect(clientOf({ callMs: 100 }).queue()).rejects.toMatchObject({
      code: 'engine_unreachable',
      call: { mayHaveArrived: true },
    });
  });

  it('by cutting its answer short is unreachable', async () => {
    respond = (response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    };
    await expect(clientOf({}).queue()).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});
