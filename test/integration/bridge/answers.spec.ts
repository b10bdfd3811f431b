import type { TaskNotice } from '@app/contracts';
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ANSWERS, withBridgeBench } from './bridge-bench.js';
import { notice, ResultsServer } from './results-server.js';

const bench = withBridgeBench({ durable: true });
let results: ResultsServer;

beforeAll(async () => {
  results = await ResultsServer.start();
});
beforeEach(async () => {
  results.status = 200;
  results.asked = 0;
  await rm(bench.output, { recursive: true, force: true });
});
afterAll(() => results.close());

const KEY = 'a'.repeat(40);
const ENTRY = '1732270000000-0';

async function answer(said: TaskNotice, correlationId = `${ENTRY}/${KEY}/user1`): Promise<void> {
  await bench.vhost.publish('', ANSWERS, Buffer.from(JSON.stringify(said)), {
    correlationId,
    persistent: true,
  });
}

let marks = 0;

/** Answers are handled in their order, so that all before this one have been once it is told. */
async function allTold(): Promise<void> {
  const mark = `${++marks}-0`;
  await answer(notice('task.cancelled'), `${mark}/${KEY}`);
  await vi.waitFor(
    async () => expect((await bench.entries('failed_tasks')).at(-1)?.['entry_id']).toBe(mark),
    { timeout: 15_000 },
  );
}

it("writes a result where the users' programs look, and tells it once although it comes three times", async () => {
  const bridge = await bench.startBridge();
  const said = notice('task.succeeded', { task_id: 'mine', result: results.result });
  await answer(said);
  await answer(said);
  await allTold();
  await bridge.stop();
  await bench.startBridge({ BRIDGE_NAME: 'bridge-2' });
  await answer(said);
  await allTold();
  const [told] = await bench.python('read_outcomes.py', bench.redis.url, 'repair_results', '1');
  const path = join(bench.output, 'user1', `${ENTRY}.jpg`);
  expect(JSON.parse(told!)).toMatchObject({
    task_id: 'mine',
    entry_id: ENTRY,
    user_id: 'user1',
    status: 'succeeded',
    result_path: path,
    result_url: results.result.url,
    sha256: results.result.sha256,
  });
  expect(await bench.entries('repair_results')).toHaveLength(1);
  expect(results.asked).toBe(1);
  expect(await sharp(await readFile(path)).metadata()).toMatchObject({
    format: 'jpeg',
    width: 64,
    height: 48,
  });
  expect(await readdir(join(bench.output, 'user1'))).toEqual([`${ENTRY}.jpg`]);
});

it.each([
  ['task.failed', { error: { code: 'bad_image', message: 'It is broken.' } }, 'bad_image', 'It is broken.'],
  ['task.refused', { id: null, error: { code: 'not_found', message: 'Gone.' } }, 'not_found', 'Gone.'],
  ['task.cancelled', {}, 'cancelled', 'The task was cancelled.'],
  ['task.expired', {}, 'expired', 'No worker could begin the task in time.'],
] as const)('tells %s once, with the fields of its entry', async (type, data, reason, error) => {
  await bench.startBridge();
  const entryId = await bench.add({
    image_url: 'https://example.com/a.jpg',
    user_id: 'user1',
    reason: 'mine',
  });
  const { correlationId } = await bench.vouched();
  await answer(notice(type, data), String(correlationId));
  await answer(notice(type, data), String(correlationId));
  await allTold();
  const told = (await bench.entries('failed_tasks')).filter((fields) => fields['entry_id'] === entryId);
  expect(told).toEqual([
    expect.objectContaining({
      image_url: 'https://example.com/a.jpg',
      user_id: 'user1',
      entry_id: entryId,
      reason,
      error,
    }),
  ]);
});

it('tells another outcome of the same task, and nothing of what goes on', async () => {
  await bench.startBridge();
  await answer(notice('task.accepted'));
  await answer(notice('task.progress'));
  await answer(notice('task.failed'));
  await answer(notice('task.failed', { finished_at: '2026-11-22T13:00:00.000Z' }));
  await allTold();
  expect(await bench.entries('failed_tasks')).toHaveLength(3);
  expect(await bench.entries('repair_results')).toEqual([]);
});

it.each([404, 410, 403, 302])('tells that a result is lost which is answered with %d', async (status) => {
  await bench.startBridge();
  results.status = status;
  await answer(notice('task.succeeded', { result: results.result }));
  await allTold();
  expect(await bench.entries('repair_results')).toMatchObject([
    { result_path: '', result_problem: expect.stringContaining(String(status)) as string },
  ]);
});

it('waits for an API that is away for a moment', async () => {
  await bench.startBridge();
  results.status = 503;
  await answer(notice('task.succeeded', { result: results.result }));
  await vi.waitFor(() => expect(results.asked).toBeGreaterThan(1), { timeout: 10_000 });
  expect(await bench.entries('repair_results')).toEqual([]);
  results.status = 200;
  await allTold();
  expect(await bench.entries('repair_results')).toHaveLength(1);
});

it('writes nothing that is another picture than was announced', async () => {
  await bench.startBridge();
  await answer(notice('task.succeeded', { result: { ...results.result, sha256: '0'.repeat(64) } }));
  await answer(
    notice('task.succeeded', { id: 'second', result: { ...results.result, bytes: 10 } }),
    `${ENTRY}/${KEY}`,
  );
  await allTold();
  expect(await bench.entries('repair_results')).toMatchObject([
    { result_path: '', result_problem: expect.stringContaining('SHA-256') as string },
    { result_path: '', result_problem: expect.stringContaining('longer') as string },
  ]);
});

it('fetches it where it is told to, and writes none where no folder is given', async () => {
  const elsewhere = { ...results.result, url: 'https://photos.example.com/v1/results/x?signature=y' };
  const bridge = await bench.startBridge({ BRIDGE_API_URL: results.url });
  await answer(notice('task.succeeded', { result: elsewhere }));
  await allTold();
  await bridge.stop();
  await bench.startBridge({ BRIDGE_OUTPUT_DIR: '' });
  await answer(notice('task.succeeded', { id: 'second', result: elsewhere }));
  await allTold();
  expect(await bench.entries('repair_results')).toMatchObject([
    { result_path: join(bench.output, 'user1', `${ENTRY}.jpg`), result_url: elsewhere.url },
    { result_path: '', result_url: elsewhere.url },
  ]);
});

it('writes nowhere else, whoever the answer names', async () => {
  await bench.startBridge();
  await mkdir(bench.output, { recursive: true });
  await symlink(bench.uploads, join(bench.output, 'user1'));
  for (const user of ['user1', '..', '.', '%2e%2e', 'a\\..\\b']) {
    await answer(notice('task.succeeded', { id: user, result: results.result }), `${ENTRY}/${KEY}/${user}`);
  }
  await answer(notice('task.succeeded', { result: results.result }), `${ENTRY}/${KEY}/../../x`);
  await answer(notice('task.succeeded', { result: results.result }), `../../x/${KEY}`);
  await allTold();
  const told = await bench.entries('repair_results');
  expect(told.map((fields) => fields['result_path'])).toEqual(['', '', '', '', '']);
  expect(await readdir(bench.uploads)).toEqual([]);
  expect((await readdir(bench.output)).sort()).toEqual(['.parts', 'user1']);
});

it('keeps an answer that it cannot tell, until it can', async () => {
  await bench.redis.client.set('repair_results', 'no stream');
  const { url } = await bench.startBridge();
  await answer(notice('task.succeeded', { result: results.result }));
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(503), { timeout: 15_000 });
  await bench.redis.client.del('repair_results');
  await allTold();
  expect(await bench.entries('repair_results')).toHaveLength(1);
});

it('keeps an answer while Redis is away, and tells it once it is back', async () => {
  const { url } = await bench.startBridge();
  await bench.redis.kill();
  await answer(notice('task.succeeded', { result: results.result }));
  await vi.waitFor(
    async () => {
      const ready = (await (await fetch(`${url}/readyz`)).json()) as { checks: Record<string, string> };
      expect(ready.checks['redis']).toMatch(
        /^No entries can be read: (nothing listens there|the connection)/,
      );
      expect(ready.checks['answers']).toMatch(/^No outcomes can be told: the next answer/);
    },
    { timeout: 15_000 },
  );
  await bench.redis.run();
  await allTold();
  expect(await bench.entries('repair_results')).toHaveLength(1);
});
