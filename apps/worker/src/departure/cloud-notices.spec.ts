import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloudNotices, hasPage } from './cloud-notices.js';

/** What a metadata service says at a path; what it has nothing of is not there. */
type Page = string | ((request: IncomingMessage) => string | undefined);

let server: Server;
let url: string;
let pages: Record<string, Page> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const page = pages[`${request.method} ${request.url}`];
    const body = typeof page === 'function' ? page(request) : page;
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => void (pages = {}));

const onlyWith =
  (header: string, value: string, body: () => string): Page =>
  ({ headers }) =>
    headers[header] === value ? body() : undefined;

describe('the notice of a cloud', () => {
  it('aws: a page that appears, for those who have a token', async () => {
    const action = 'GET /latest/meta-data/spot/instance-action';
    pages['PUT /latest/api/token'] = onlyWith(
      'x-aws-ec2-metadata-token-ttl-seconds',
      '60',
      () => 'token-1\n',
    );
    expect(await cloudNotices.aws(url)).toBe(false);
    const body = () => '{"action":"terminate","time":"2026-01-01T00:00:00Z"}';
    pages[action] = onlyWith('x-aws-ec2-metadata-token', 'token-1', body);
    expect(await cloudNotices.aws(url)).toBe(true);
    delete pages['PUT /latest/api/token'];
    await expect(cloudNotices.aws(url)).rejects.toThrow('/latest/api/token was answered with 404.');
  });

  it('gcp: a word that changes', async () => {
    let word = 'FALSE';
    const page = onlyWith('metadata-flavor', 'Google', () => word);
    pages['GET /computeMetadata/v1/instance/preempted'] = page;
    expect(await cloudNotices.gcp(url)).toBe(false);
    word = 'TRUE';
    expect(await cloudNotices.gcp(url)).toBe(true);
  });

  it('azure: an event that ends this machine, and not another one', async () => {
    let events: object[] = [];
    const body = () => JSON.stringify({ DocumentIncarnation: 1, Events: events });
    pages['GET /metadata/scheduledevents?api-version=2020-07-01'] = onlyWith('metadata', 'true', body);
    const name = 'GET /metadata/instance/compute/name?api-version=2021-02-01&format=text';
    pages[name] = onlyWith('metadata', 'true', () => 'gpu_3');
    expect(await cloudNotices.azure(url)).toBe(false);
    events = [
      { EventType: 'Preempt', Resources: ['gpu_1', 'gpu_2'] },
      { EventType: 'Freeze', Resources: ['gpu_3'] },
    ];
    expect(await cloudNotices.azure(url)).toBe(false);
    events = [{ EventType: 'Preempt', Resources: ['gpu_2', 'gpu_3'] }];
    expect(await cloudNotices.azure(url)).toBe(true);
    events = [{ EventType: 'Terminate', Resources: ['gpu_3'] }];
    expect(await cloudNotices.azure(url)).toBe(true);
  });

  it.each(['aws', 'gcp', 'azure'] as const)('%s: rejects where something else answers', async (cloud) => {
    await expect(cloudNotices[cloud](url)).rejects.toThrow('was answered with 404');
  });
});

it('an address of one’s own gives notice by having a page', async () => {
  expect(await hasPage(`${url}/leaving`)).toBe(false);
  pages['GET /leaving'] = '';
  expect(await hasPage(`${url}/leaving`)).toBe(true);
  await expect(hasPage('http://127.0.0.1:1/leaving')).rejects.toThrow('fetch failed');
});
