import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from './compose-file.js';

const script = fileURLToPath(new URL('deploy/healthcheck.mjs', repository));
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === '/well' ? 200 : 503;
    response.end('the broker is away');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const check = (...args: string[]) => promisify(execFile)(process.execPath, [script, ...args]);

describe('deploy/healthcheck.mjs', () => {
  it('ends well when the program answers with a success', async () => {
    await expect(check(`${base}/well`)).resolves.toMatchObject({ stderr: '' });
  });

  it('ends badly, with the reason, when it answers with an error', async () => {
    await expect(check(`${base}/ill`)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('503: the broker is away'),
    });
  });

  it('ends badly when nobody answers, or no address is given', async () => {
    await expect(check('http://127.0.0.1:9/readyz')).rejects.toMatchObject({ code: 1 });
    await expect(check()).rejects.toMatchObject({ code: 1 });
  });
});
