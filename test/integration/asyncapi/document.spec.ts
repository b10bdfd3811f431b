import {
  NOTICE_TYPES,
  FAILURE_CODES,
  LIVE_MAX_SUBSCRIPTIONS,
  LIVE_MAX_TOPICS,
  LIVE_PATH,
} from '@app/contracts';
import { Parser } from '@asyncapi/parser';
import { buildTopology } from '@app/messaging';
import { readFile } from 'node:fs/promises';
import { readEnv as readApiEnv } from '../../../apps/api/src/env.js';
import { REFUSAL_CODES } from '../../../apps/api/src/intake/refusal.js';
import { readEnv as readBridgeEnv } from '../../../apps/bridge/src/env.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AsyncApi, LIVE_SCHEMAS, NOTICE_SCHEMAS } from './async-api.js';

/** Error and warning; what is left are hints such as a newer version of the format. */
const GRAVE = [0, 1];

interface Binding {
  exchange?: { name: string; type: string; durable: boolean };
  queue?: { name?: string; durable: boolean };
}

describe('asyncapi.yaml', () => {
  let text: string;
  let api: AsyncApi;

  beforeAll(async () => {
    text = await readFile('asyncapi.yaml', 'utf8');
    api = await AsyncApi.read();
  });

  const judge = async (document: string) =>
    (await new Parser().parse(document)).diagnostics
      .filter(({ severity }) => GRAVE.includes(severity))
      .map(({ message }) => message);

  it('is a valid AsyncAPI 3.0.0 document', async () => {
    expect(await judge(text)).toEqual([]);
    expect(text).toMatch(/^asyncapi: 3\.0\.0$/m);
  });

  it.each([
    ['a binding that AMQP does not have', 'deliveryMode: 2', 'deliveryMode: 3'],
    ['a reference to nothing', "$ref: '#/channels/answers'", "$ref: '#/channels/replies'"],
  ])('is judged by a parser that sees %s', async (_what, right, wrong) => {
    expect(text).toContain(right);
    expect(await judge(text.replace(right, wrong))).not.toEqual([]);
  });

  it('has examples that are what it says, which the parser does not look at', () => {
    let seen = 0;
    for (const [name, { examples = [] }] of Object.entries(api.document.components.messages)) {
      for (const { payload, headers } of examples) {
        api.expectValid(name, payload, headers);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThanOrEqual(6);
  });

  it('names exchanges and queues as they are declared', () => {
    const topology = buildTopology(['person']);
    const channels = (parse(text) as { channels: Record<string, { bindings?: { amqp?: Binding } }> })
      .channels;
    const bindings = Object.values(channels).flatMap(({ bindings: of }) => (of?.amqp ? [of.amqp] : []));
    const exchanges = bindings.flatMap(({ exchange }) => (exchange ? [exchange] : []));
    expect(exchanges.map(({ name, type }) => ({ name, type }))).toEqual([
      { name: 'photo_repair_tasks', type: 'direct' },
      { name: 'photo_repair.task_events', type: 'topic' },
    ]);
    for (const { name, type, durable } of exchanges) {
      expect(topology.exchanges).toContainEqual(expect.objectContaining({ name, type }));
      expect(durable).toBe(true);
    }
    const queues = bindings.flatMap(({ queue }) => (queue?.name === undefined ? [] : [queue.name]));
    expect(queues).toEqual(['photo_repair_tasks']);
    // Whoever declares it as it stands here must not be refused.
    expect(topology.queues.find(({ name }) => name === queues[0])?.arguments).toEqual({});
  });

  it('knows every kind of notice, every failure and the limits of the live socket', () => {
    const { schemas } = api.document.components;
    expect(schemas['NoticeType']?.['enum']).toEqual(NOTICE_TYPES);
    expect(schemas['FailureCode']?.['enum']).toEqual(FAILURE_CODES);
    const refusals = (schemas['RefusalCode']?.['enum'] ?? []) as string[];
    expect(refusals.toSorted()).toEqual(REFUSAL_CODES.toSorted());
    const answers = api.messagesOf('answers').map((name) => api.message(name).name);
    expect(answers).toEqual(NOTICE_TYPES);
    expect(api.document.channels['live']?.address).toBe(LIVE_PATH);
    expect(text).toContain(`At most ${LIVE_MAX_SUBSCRIPTIONS} topics a socket, ${LIVE_MAX_TOPICS} in one`);
    expect(text.match(new RegExp(`maxItems: ${LIVE_MAX_TOPICS}$`, 'gm'))).toHaveLength(2);
  });

  it('refuses what is almost right', () => {
    const notice = {
      type: 'task.succeeded',
      timestamp: '2026-03-01T10:01:29.000Z',
      data: {
        task_id: 'task_12345',
        id: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c',
        type: 'person',
        status: 'succeeded',
        album_id: null,
        attempts: 1,
        error: null,
        result: {
          url: 'https://photos.example.com/v1/results/x',
          expires_at: '2026-03-31T10:00:00.000Z',
          media_type: 'image/png',
          width: 1024,
          height: 788,
          bytes: 1_204_332,
          sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        },
        progress: null,
        created_at: '2026-03-01T10:00:00.000Z',
        finished_at: '2026-03-01T10:01:29.000Z',
      },
    };
    const { data } = notice;
    const isTaken = (name: string, value: unknown) => api.problems(name, value).length === 0;
    expect(isTaken('taskSucceeded', notice)).toBe(true);
    expect(isTaken('webhookDelivery', notice)).toBe(true);
    for (const wrong of [
      { ...notice, type: 'task.done' },
      { ...notice, type: 'task.failed' },
      { ...notice, timestamp: 1_770_000_000 },
      { ...notice, extra: 1 },
      { ...notice, data: { ...data, result: null } },
      { ...notice, data: { ...data, result: { ...data.result, url: '/v1/results/x' } } },
      { ...notice, data: { ...data, result: { ...data.result, sha256: 'x' } } },
      { ...notice, data: { ...data, status: 'failed' } },
      { ...notice, data: { ...data, finished_at: null } },
      { ...notice, data: Object.fromEntries(Object.entries(data).filter(([key]) => key !== 'attempts')) },
    ]) {
      const told = JSON.stringify(wrong);
      expect({ told, taken: isTaken('taskSucceeded', wrong) }).toEqual({ told, taken: false });
      expect({ told, taken: isTaken('webhookDelivery', wrong) }).toEqual({ told, taken: false });
    }
    const topic = 'task:019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
    expect(isTaken('resumed', { event: 'resumed', data: { topic, seq: 1 } })).toBe(true);
    expect(isTaken('resumed', { event: 'resumed', data: { topic, seq: '1' } })).toBe(false);
    expect(isTaken('resumed', { event: 'erased', data: { topic, seq: 1 } })).toBe(false);
    expect(isTaken('subscribe', { event: 'subscribe', data: { topic: 'people' } })).toBe(false);
  });

  it('leaves out no schema when real messages are compared', () => {
    const withFields = Object.entries(api.document.components.schemas).filter(([, of]) => 'properties' in of);
    const names = withFields.map(([name]) => name);
    expect(names.filter((name) => !LIVE_SCHEMAS.test(name) && !NOTICE_SCHEMAS.test(name))).toEqual([]);
  });
});

describe('docs/INTEGRATION.md', () => {
  /** The cells of each row of a table under a heading, without the backticks of single words. */
  async function table(heading: string): Promise<string[][]> {
    const text = await readFile('docs/INTEGRATION.md', 'utf8');
    const [, after = ''] = text.split(`\n## ${heading}\n`);
    const [section = ''] = after.split('\n## ');
    const rows = section.split('\n').filter((line) => line.startsWith('| '));
    return rows.slice(2).map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }

  it('says of every refusal what to do', async () => {
    const codes = (await table('Refusals')).flatMap(([cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code!),
    );
    expect(codes.toSorted()).toEqual(REFUSAL_CODES.toSorted());
  });

  it('has the defaults that the programs have', async () => {
    const rows = await table('Settings of the operator');
    let compared = 0;
    for (const [names = '', defaults = ''] of rows) {
      // Words in the place of a value say what happens where there is none.
      if (!/^(`[^`]+`(, )?)+$/.test(defaults)) continue;
      const words = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
      const [settings, values] = [words(names), words(defaults)];
      expect(values).toHaveLength(settings.length);
      for (const [index, name] of settings.entries()) {
        const [read, needed] = name.startsWith('BRIDGE_')
          ? ([readBridgeEnv, { REDIS_URL: 'redis://localhost', BRIDGE_NAME: 'b' }] as const)
          : ([readApiEnv, {}] as const);
        expect({ name, env: read({ ...needed, [name]: values[index] }) }).toEqual({
          name,
          env: read(needed),
        });
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(11);
  });
});
