import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { DATABASES } from '../api/databases.js';
import { LoopbackHost } from '../outbound/loopback-host.js';
import { IntakeBench, type BenchOptions } from './intake-bench.js';

const INGRESS = 'photo_repair_tasks';
const PARKING = 'photo_repair.parking';

describe('a message that cannot be taken now', () => {
  const vhost = withVhost();

  async function start(options: BenchOptions = {}): Promise<IntakeBench> {
    const bench = await IntakeBench.start(vhost, options);
    onTestFinished(() => bench.remove());
    return bench;
  }

  it('waits while the line is full, and its photo is not fetched meanwhile', async () => {
    const bench = await start({ settings: () => ({ QUEUE_MAX_WAITING: '1' }) });
    const first = await bench.program.sendTask(bench.good({ task_id: 'first' }));
    const requests = bench.host.requests.length;
    const sent = bench.program.send(bench.good({ task_id: 'second' }));
    // It is in hand: neither ready nor anywhere else.
    await vi.waitFor(async () => {
      const { consumers, ready } = (await vhost.queue(INGRESS))!;
      expect({ consumers, ready }).toEqual({ consumers: 1, ready: 0 });
    });
    await bench.api.close();
    await vhost.expectReady({ [INGRESS]: 1, [PARKING]: 0 });
    const again = await bench.startAgain();
    onTestFinished(() => again.api.close());
    await vhost.expectReady({ [INGRESS]: 0, [PARKING]: 0 });
    expect(await again.api.ready()).toBe(true);
    expect(bench.host.requests.length).toBe(requests);
    expect((await again.tasks()).map(({ client_ref: ref }) => ref)).toEqual(['first']);
    await again.api.as('operator').cancel(first);
    await bench.program.answer(sent, 'task.accepted');
    expect(bench.host.requests.length).toBe(requests + 1);
  });

  it('is fetched again where its host had a hiccup', async () => {
    let hiccups = 2;
    const bench = await start({
      answer: (_path, response) => {
        if (hiccups-- <= 0) return false;
        response.writeHead(503).end();
        return true;
      },
    });
    const id = await bench.program.sendTask(bench.good({ task_id: 'hiccup' }));
    expect(bench.host.requests).toHaveLength(3);
    await bench.expectTask(id);
  });

  it('is refused where its host does not answer three times', async () => {
    const bench = await start({
      answer: (path, response) => {
        if (!path.startsWith('/away')) return false;
        response.writeHead(502).end();
        return true;
      },
    });
    await bench.expectRefused(bench.good({ image_url: `${bench.host.url}/away.jpg` }), 'fetch_failed');
    expect(bench.host.requests.filter(({ path }) => path === '/away.jpg')).toHaveLength(3);
  });

  it('holds no others up where its host is slow', async () => {
    const slow = await LoopbackHost.http(() => undefined, { address: '127.0.0.3' });
    onTestFinished(() => slow.close());
    const bench = await start({
      settings: ({ entry }) => ({
        IMAGE_URL_HOSTS: `${entry},${slow.entry}`,
        OUTBOUND_PRIVATE_ADDRESSES: `${entry},${slow.entry}`,
      }),
    });
    for (let index = 0; index < 12; index++) {
      bench.program.send(bench.good({ task_id: `slow-${index}`, image_url: `${slow.url}/a.jpg` }));
    }
    await vi.waitFor(() => expect(slow.requests).toHaveLength(4));
    await bench.expectTask(await bench.program.sendTask(bench.good({ task_id: 'quick' })));
    expect(slow.connections).toBe(4);
    await bench.api.close();
    // All of them come again; nothing of them is left here.
    await vhost.expectReady({ [INGRESS]: 12, [PARKING]: 0 });
    expect(await readdir(join(bench.api.dataDir, 'incoming'))).toEqual([]);
    await (await vhost.channel()).purgeQueue(INGRESS);
  });

  it.each(DATABASES)('waits for %s, and says so', async (_name, open) => {
    const database = await open();
    onTestFinished(() => database.stop());
    const bench = await start({ settings: () => ({ DATABASE_URL: database.url }) });
    await sql`alter table owners rename to owners_elsewhere`.execute(bench.db);
    const sent = bench.program.send(bench.good({ task_id: 'patient' }));
    await vi.waitFor(
      async () => {
        const { checks } = (await (await fetch(`${bench.api.url}/readyz`)).json()) as {
          checks: Record<string, string>;
        };
        expect(checks['intake']).toMatch(/^Messages of other systems are not taken in: .* tries/);
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(await bench.tasks()).toEqual([]);
    await vhost.expectReady({ [INGRESS]: 0, [PARKING]: 0 });
    await sql`alter table owners_elsewhere rename to owners`.execute(bench.db);
    await bench.program.answer(sent, 'task.accepted');
    expect(await bench.tasks()).toHaveLength(1);
    await vi.waitFor(async () => expect(await bench.api.ready()).toBe(true));
  });
});
