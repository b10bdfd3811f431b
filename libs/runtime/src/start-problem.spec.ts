import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startProblem } from './start-problem.js';

async function listenError(server: Server, port: number, host: string): Promise<unknown> {
  const error = once(server, 'error');
  server.listen(port, host);
  return (await error)[0];
}

describe('startProblem', () => {
  it('says which port is taken', async () => {
    const first = createServer();
    await once(first.listen(0, '127.0.0.1'), 'listening');
    const { port } = first.address() as { port: number };
    const error = await listenError(createServer(), port, '127.0.0.1');
    expect(startProblem(error)).toBe(`Port ${port} on 127.0.0.1 is taken by another program.`);
    first.close();
  });

  it('says that the address is not of this machine', async () => {
    // TEST-NET-3 of RFC 5737: nobody has it.
    const error = await listenError(createServer(), 0, '203.0.113.1');
    expect(startProblem(error)).toBe('This machine has no address 203.0.113.1 to listen on.');
  });

  it('leaves other errors as they are', () => {
    expect(startProblem(new Error('No workflows.'))).toBe('No workflows.');
    expect(startProblem('odd')).toBe('odd');
  });
});
