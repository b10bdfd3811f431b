import { ComfyClient } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeRun, GRAPH, LIMITS, succeed } from './fake-run.js';

const REF = { filename: 'a.png', subfolder: '', type: 'output' as const };
const GARBAGE = { code: 'upstream_garbage' };

let server: Server | TcpServer | undefined;
afterEach(async () => {
  if (server === undefined) return;
  if ('closeAllConnections' in server) server.closeAllConnections();
  await new Promise((resolve) => server!.close(resolve));
  server = undefined;
});

async function clientOf(started: Server | TcpServer, timeouts = {}): Promise<ComfyClient> {
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return new ComfyClient(`http://127.0.0.1:${(started.address() as AddressInfo).port}`, { timeouts });
}

const answering = (respond: (response: ServerResponse) => void): Server =>
  createServer((_request, response) => respond(response));

/** Answers every connection with these bytes, as they are. */
const speaking = (bytes: string): TcpServer =>
  createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes));
  });

describe('C01: 200 with an answer that no ComfyUI gives', () => {
  const answers: [string, string, string][] = [
    ['a page', 'text/html', '<html><body>Welcome</body></html>'],
    ['nothing', 'application/json', ''],
    ['half of a JSON', 'application/json', '{"queue_running":['],
    ['JSON of another kind', 'application/json', '{"hello":"world"}'],
    ['a list', 'application/json', '[]'],
    ['null', 'application/json', 'null'],
  ];

  it.each(answers)('%s is upstream_garbage, whatever is asked', async (_what, type, body) => {
    const client = await clientOf(
      answering((response) => void response.writeHead(200, { 'Content-Type': type }).end(body)),
    );
    const id = randomUUID();
    await expect(client.systemStats()).rejects.toMatchObject(GARBAGE);
    await expect(client.queue()).rejects.toMatchObject(GARBAGE);
    await expect(client.queueRemaining()).rejects.toMatchObject(GARBAGE);
    await expect(client.job(id)).rejects.toMatchObject(GARBAGE);
    await expect(client.cancelJob(id)).rejects.toMatchObject(GARBAGE);
    await expect(client.upload(Buffer.from('x'), 'a.png')).rejects.toMatchObject(GARBAGE);
    await expect(
      client.overwrite({ name: 'a.png', subfolder: '', type: 'input' }, Buffer.from('x')),
    ).rejects.toMatchObject(GARBAGE);
    await expect(client.submit(GRAPH, id)).rejects.toMatchObject({
      ...GARBAGE,
      call: { mayHaveArrived: true },
    });
  });

  it('a page instead of a picture is upstream_garbage', async () => {
    const client = await clientOf(
      answering(
        (response) => void response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<p>'),
      ),
    );
    await expect(client.view(REF, 1_000)).rejects.toMatchObject(GARBAGE);
  });

  it('a run whose engine turns into something else fails with it, and in time', async () => {
    const on = await FakeRun.start();
    on.fake.script = (prompt) => {
      prompt.start();
      on.fake.intercept = () => ({ status: 200, body: '<html>' });
      on.fake.cutSockets();
    };
    await expect(on.run({ limits: { ...LIMITS, unreachableMs: 50 } })).rejects.toMatchObject(GARBAGE);
    await on.close();
  });

  it('a run goes on when the nonsense passes', async () => {
    const on = await FakeRun.start();
    let nonsense = 2;
    on.fake.script = succeed;
    on.fake.intercept = ({ method }) => {
      if (method === 'POST' || nonsense === 0) return undefined;
      nonsense -= 1;
      return { status: 200, body: '<html>' };
    };
    expect((await on.run()).images).toHaveLength(1);
    expect(nonsense).toBe(0);
    await on.close();
  });

  it('a submission answered by nonsense is looked for before it is repeated', async () => {
    const on = await FakeRun.start();
    on.fake.script = succeed;
    on.fake.intercept = (request) => {
      if (request.path !== '/prompt') return undefined;
      on.fake.answer(request);
      return { status: 200, body: '<html>' };
    };
    expect((await on.run()).images).toHaveLength(1);
    expect(on.fake.prompts).toHaveLength(1);
    await on.close();
  });
});

describe('C17: answers that would take all memory or all time', () => {
  it('a gzip bomb ends at the cap of what it unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(40_000_000));
    expect(bomb.length).toBeLessThan(50_000);
    const client = await clientOf(
      answering((response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb)),
    );
    await expect(client.view(REF, 1_000_000)).rejects.toMatchObject({ ...GARBAGE, call: { tooLarge: true } });
  });

  it('a gzip bomb of JSON ends at 64 MiB', async () => {
    const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024, ' '));
    const client = await clientOf(
      answering((response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb)),
    );
    await expect(client.queue()).rejects.toMatchObject({ ...GARBAGE, call: { tooLarge: true } });
  });

  it('what is not packed as it says is upstream_garbage', async () => {
    const client = await clientOf(
      answering((response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('{}')),
    );
    await expect(client.queue()).rejects.toMatchObject(GARBAGE);
  });

  it.each([
    ['is no number', 'Content-Length: many\r\n\r\n{}'],
    ['is given twice', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['is less than what comes', 'Content-Length: 10\r\n\r\n{"queue_running":[],"queue_pending":[]}'],
  ])('a Content-Length that %s is upstream_garbage', async (_what, rest) => {
    const client = await clientOf(speaking(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${rest}`));
    await expect(client.queue()).rejects.toMatchObject(GARBAGE);
  });

  it('a Content-Length of more than what comes is an engine that went away', async () => {
    const client = await clientOf(speaking('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}'));
    await expect(client.queue()).rejects.toMatchObject({ code: 'engine_unreachable' });
  });

  it('what speaks no HTTP is upstream_garbage', async () => {
    const client = await clientOf(speaking('SSH-2.0-OpenSSH_9.6\r\n'));
    await expect(client.queue()).rejects.toMatchObject(GARBAGE);
  });

  it('a slow drip is cut off when the time of the whole call is over', async () => {
    const client = await clientOf(
      answering((response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      }),
      { callMs: 200, viewMs: 200 },
    );
    await expect(client.queue()).rejects.toMatchObject(GARBAGE);
    await expect(client.view(REF, 1_000_000)).rejects.toMatchObject(GARBAGE);
  });

  it('an endless answer ends at the cap', async () => {
    const client = await clientOf(
      answering((response) => {
        const pour = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536))) continue;
        };
        response.on('drain', pour);
        pour();
      }),
    );
    await expect(client.view(REF, 1_000_000)).rejects.toMatchObject({ ...GARBAGE, call: { tooLarge: true } });
  });

  it('headers without end are upstream_garbage, too', async () => {
    const client = await clientOf(speaking(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(1_000_000)}\r\n\r\n{}`));
    await expect(client.queue()).rejects.toMatchObject(GARBAGE);
  });
});
