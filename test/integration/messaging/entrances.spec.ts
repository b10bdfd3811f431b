import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Entrances } from '../../../apps/api/src/broker/entrances.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost, type Vhost } from '../../support/vhost.js';

const PERSON = 'DDColor人物黑白修复';
const INGRESS = 'photo_repair_tasks';

/** The routing keys by which messages of other systems get from the public exchange to the intake. */
async function keysInto(vhost: Vhost): Promise<string[]> {
  const bindings = (await vhost.api(
    'GET',
    `/api/bindings/${vhost.name}/e/photo_repair_tasks/q/${INGRESS}`,
  )) as { routing_key: string }[];
  return bindings.map((binding) => binding.routing_key);
}

describe('an API with a virtual host of its own for other systems', () => {
  const main = withVhost();
  const intake = withVhost();
  let api: TestApi;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workflows-'));
    for (const end of ['.json', '.task-type.json']) {
      await cp(resolve('workflows', PERSON + end), join(folder, PERSON + end));
    }
    api = await TestApi.start({ AMQP_URL: main.url, AMQP_INTAKE_URL: intake.url, WORKFLOWS_DIR: folder });
    await vi.waitFor(async () => expect(await api.ready()).toBe(true), { timeout: 15_000 });
  });
  afterAll(async () => {
    await api.remove();
    await rm(folder, { recursive: true });
  });

  it('makes there only what they need, and listens in both', async () => {
    for (const vhost of [main, intake]) {
      expect(await vhost.queue(INGRESS)).toEqual({ ready: 0, consumers: 1 });
      expect(await keysInto(vhost)).toEqual(['person']);
    }
    const queues = (await intake.api('GET', `/api/queues/${intake.name}`)) as { name: string }[];
    expect(queues.map(({ name }) => name)).toEqual([INGRESS]);
  });

  it('answers each in the virtual host where it is', async () => {
    const entrances = api.app.get(Entrances);
    expect(entrances.all.map(({ vhost }) => vhost)).toEqual(['main', 'intake']);
    await (await intake.channel()).assertQueue('reply.alice', { durable: true });
    const ids = { correlationId: 'c', messageId: 'm' };
    expect(await entrances.of('main')?.answers.publish('reply.alice', {} as never, ids)).toBe('nobody');
    expect(await entrances.of('intake')?.answers.publish('reply.alice', {} as never, ids)).toBe('delivered');
    await intake.expectReady({ 'reply.alice': 1 });
  });

  it('takes tasks of a new type in both', async () => {
    await cp(resolve('test/fixtures/workflows/Soft glow.json'), join(folder, 'Soft glow.json'));
    for (const vhost of [main, intake]) {
      await expect
        .poll(async () => (await keysInto(vhost)).sort(byText), { timeout: 20_000 })
        .toEqual(['person', 'soft-glow']);
    }
    expect(await main.queue('photo_repair.work.soft-glow')).toEqual({ ready: 0, consumers: 0 });
    expect(await intake.queue('photo_repair.work.soft-glow')).toBeUndefined();
  });
});

describe('an API without one', () => {
  const vhost = withVhost();

  it('has one entrance, and knows none of other systems', async () => {
    const api = await TestApi.start({ AMQP_URL: vhost.url });
    onTestFinished(() => api.remove());
    const entrances = api.app.get(Entrances);
    expect(entrances.all.map((one) => one.vhost)).toEqual(['main']);
    expect(entrances.of('intake')).toBeUndefined();
  });

  it('that may make nothing says what is missing', async () => {
    const channel = await vhost.channel();
    for (const name of ['photo_repair_tasks', 'photo_repair.unrouted']) {
      await channel.deleteExchange(name);
    }
    const api = await TestApi.start({ AMQP_URL: vhost.url, AMQP_DECLARE: 'false' });
    onTestFinished(() => api.remove());
    await expect
      .poll(async () => (await api.fetch('/readyz')).text(), { timeout: 15_000 })
      .toContain(`The virtual host ${vhost.name} has no exchange photo_repair_tasks.`);
    expect(await api.ready()).toBe(false);
  });
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
