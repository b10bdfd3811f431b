import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { S3ArtifactStore } from './s3-artifact-store.js';
import { S3_LIMITS, type S3Limits } from './s3-connection.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const KEY = 'results/a.png';
const PHOTO = randomBytes(200_000);
const SHA256 = createHash('sha256').update(PHOTO).digest('hex');

/** A machine that stands still for a while is no server that is gone. */
const UNHURRIED: S3Limits = { ...S3_LIMITS, connectMs: 60_000, silenceMs: 60_000 };

const refusal =
  (status: number, code: string): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  };
const done: Answer = (_request, response) => response.writeHead(200, { etag: '"x"' }).end();
const absent: Answer = (_request, response) => response.writeHead(404).end();
const silent: Answer = () => undefined;

/** The bytes from `from` on; the line breaks before `to`. */
const piece =
  (from: number, to: number, sha256 = SHA256): Answer =>
  (_request, response) => {
    const length = { 'content-length': PHOTO.length - from, etag: '"x"', 'x-amz-meta-sha256': sha256 };
    response.writeHead(from === 0 ? 200 : 206, length);
    response.write(PHOTO.subarray(from, to), () => {
      if (to === PHOTO.length) response.end();
      else response.destroy();
    });
  };

describe('S3ArtifactStore, where the server does not do as it should', () => {
  let answers: Answer[];
  let requests: IncomingMessage[];
  let store: S3ArtifactStore;
  const server = createServer((request, response) => {
    request.resume();
    requests.push(request);
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    request.on('end', () => answer(request, response));
  });

  beforeEach(async () => {
    answers = [];
    requests = [];
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    store = storeWith(UNHURRIED);
  });
  const storeWith = (limits: S3Limits) => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    const place = { bucket: 'photos', prefix: 'p/', endpoint, region: 'eu-1', pathStyle: true, credentials };
    return new S3ArtifactStore(place, limits);
  };
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const put = () => store.put(KEY, PHOTO, 'image/png').catch((error: unknown) => error);

  it.each([
    ['full, as Ceph says it', refusal(403, 'QuotaExceeded'), 'full', 'storage_full', 1],
    ['full, as MinIO says it', refusal(507, 'XMinioStorageFull'), 'full', 'storage_full', 1],
    ['denied', refusal(403, 'AccessDenied'), 'denied', 'storage_unavailable', 1],
    ['of a wrong secret', refusal(403, 'SignatureDoesNotMatch'), 'denied', 'storage_unavailable', 1],
    ['busy', refusal(503, 'SlowDown'), 'unreachable', 'storage_unavailable', 3],
    ['without the bucket', refusal(404, 'NoSuchBucket'), 'failed', 'storage_unavailable', 1],
    ['one that found other bytes', refusal(400, 'BadDigest'), 'failed', 'storage_unavailable', 1],
  ] as const)('tells a store that is %s', async (_name, answer, reason, code, attempts) => {
    answers = [answer];
    expect(await put()).toMatchObject({ name: 'ArtifactStoreUnavailable', reason, code });
    expect(requests).toHaveLength(attempts);
  });

  it('keeps the signature of a request out of its errors', async () => {
    answers = [refusal(403, 'AccessDenied')];
    expect(inspect(await put(), { depth: 10, showHidden: true })).not.toMatch(/Signature=|secret/);
    expect(requests[0]!.headers.authorization).toContain('Signature=');
  });

  it('waits for nobody for ever', async () => {
    answers = [silent];
    store = storeWith({ ...UNHURRIED, silenceMs: 200, requestMs: 10_000 });
    expect(await put()).toMatchObject({ reason: 'unreachable' });
  });

  it('tells a server that is not there', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const error = await put();
    expect(error).toMatchObject({ reason: 'unreachable' });
    expect(String(error)).toContain('ECONNREFUSED');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  it('sends what a server needs to find changed bytes, and the digest to keep', async () => {
    answers = [done];
    await put();
    const [{ headers, url }] = requests as [IncomingMessage];
    expect(url).toMatch(/^\/photos\/p\/results\/a\.png/);
    expect(headers['content-md5']).toBe(createHash('md5').update(PHOTO).digest('base64'));
    expect(headers['x-amz-meta-sha256']).toBe(SHA256);
  });

  it('asks for the rest where the line breaks, of the same object alone', async () => {
    answers = [piece(0, 70_000), piece(70_000, 150_000), piece(150_000, PHOTO.length)];
    expect((await store.read(KEY)).equals(PHOTO)).toBe(true);
    expect(requests.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      [undefined, undefined],
      ['bytes=70000-', '"x"'],
      ['bytes=150000-', '"x"'],
    ]);
  });

  it.each([
    ['another object lies there', [piece(0, 70_000), refusal(412, 'PreconditionFailed')], 2],
    ['nothing lies there any more', [piece(0, 70_000), refusal(404, 'NoSuchKey')], 2],
    ['the line breaks each time', [piece(0, 10), piece(10, 20), piece(20, 30), piece(30, 40)], 4],
    ['the bytes are not those that were stored', [piece(0, PHOTO.length, '0'.repeat(64))], 1],
  ])('gives up where %s', async (_name, given, asked) => {
    answers = [...given];
    const { stream } = await store.open(KEY);
    await expect(buffer(stream)).rejects.toMatchObject({ name: 'ArtifactStoreUnavailable' });
    expect(requests).toHaveLength(asked);
  });

  it('ends its request with a stream that nobody reads', async () => {
    answers = [piece(0, PHOTO.length)];
    const { stream } = await store.open(KEY);
    stream.destroy();
    await expect.poll(() => requests[0]!.socket.destroyed, { timeout: 15_000 }).toBe(true);
  });

  it.each([
    ['a conflict, once it is over', [absent, refusal(409, 'ConditionalRequestConflict'), done], true],
    ['another that was first', [absent, refusal(412, 'PreconditionFailed')], false],
    ['a server that has no conditions', [absent, refusal(501, 'NotImplemented'), done], true],
  ])('writes a first note in spite of %s', async (_name, given, written) => {
    answers = [...given];
    expect(await store.putIfAbsent('results/a.json', Buffer.from('{}'), 'application/json')).toBe(written);
    const [, first] = requests;
    expect([requests.length, first!.headers['if-none-match']]).toEqual([given.length, '*']);
  });
});
