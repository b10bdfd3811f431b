import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AlbumView, NewApiKeyView, NoticeType, TaskView } from '@app/contracts';
import { OtherHost } from '../../support/other-host.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { WorkerOf } from '../http/finish-task.js';
import { LiveApi } from '../live/live-api.js';
import { AmqpClient, type Heard } from './amqp-client.js';
import { AsyncApi, NOTICE_SCHEMAS } from './async-api.js';

/** `asyncapi.yaml` names a notice by its type: `task.accepted` is `taskAccepted`. */
const messageOf = (type: NoticeType) =>
  type.replace(/\.(\w)/, (_dot, letter: string) => letter.toUpperCase());

interface ExampleHeaders {
  correlation_id: string;
  message_id: string;
}

describe('tasks, answers, events and webhooks, by asyncapi.yaml', () => {
  const vhost = withVhost();
  let host: OtherHost;
  let api: TestApi;
  let live: LiveApi;
  let worker: WorkerOf;
  let client: AmqpClient;
  let doc: AsyncApi;
  let photoUrl: string;

  beforeAll(async () => {
    doc = await AsyncApi.read();
    host = await OtherHost.start();
    api = await TestApi.start({
      AMQP_URL: vhost.url,
      IMAGE_URL_HOSTS: `${host.host},127.0.0.1:1`,
      WEBHOOK_HOSTS: host.host,
      WEBHOOK_ALLOW_HTTP: 'true',
      OUTBOUND_PRIVATE_ADDRESSES: '127.0.0.1',
      MAX_UPLOAD_BYTES: '200000',
      MAX_IMAGE_PIXELS: '4000000',
      RATE_LIMIT: '0',
    });
    live = new LiveApi(api);
    worker = new WorkerOf(api);
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    photoUrl = host.offer('/photo.jpg', photo);
    for (const { payload } of doc.message('foreignTask').examples ?? []) {
      const { image_url: url, input } = payload as { image_url?: string; input?: string };
      host.offer(new URL(url ?? input ?? '').pathname, photo);
    }
    await vi.waitFor(async () => expect(await api.ready()).toBe(true), { timeout: 20_000, interval: 50 });
    client = await AmqpClient.start(vhost);
  });

  afterAll(async () => {
    await api.remove();
    await host.close();
  });

  /** The same with addresses that this test serves. */
  function served<T>(payload: T): T {
    return JSON.parse(JSON.stringify(payload).replaceAll('https://example.com', host.url(''))) as T;
  }

  function expectAnswer({ notice, properties }: Heard): void {
    doc.expectValid(messageOf(notice.type), notice, properties);
    expect(doc.messagesOf('answers')).toContain(messageOf(notice.type));
    expect(properties['type']).toBe(notice.type);
  }

  it('takes every example that the document gives', async () => {
    const examples = doc.message('foreignTask').examples ?? [];
    expect(examples.map(({ name }) => name)).toEqual(['plainQueue', 'taskPackage', 'exchange']);
    for (const { name, payload, headers } of examples) {
      const before = client.events.length;
      const body = served(payload);
      doc.expectValid('foreignTask', body, headers);
      if (headers === undefined) await client.toQueue(body);
      else {
        const { correlation_id: correlationId, message_id: messageId } = headers as ExampleHeaders;
        await client.toExchange('person', body, {
          correlationId,
          messageId,
          contentType: 'application/json',
        });
      }
      const accepted = await vi.waitFor(
        () => {
          const found = client.events.slice(before).find(({ notice }) => notice.type === 'task.accepted');
          if (found === undefined) throw new Error(`The example ${name} was not taken.`);
          return found;
        },
        { timeout: 20_000, interval: 20 },
      );
      const { task_id: taskId, workflow } = body as { task_id?: string | number; workflow?: string };
      expect(accepted.notice.data).toMatchObject({
        task_id: taskId === undefined ? null : String(taskId),
        type: workflow === undefined ? 'person' : 'building',
        status: 'queued',
      });
    }
    const { properties, notice } = await client.answer('7', 'task.accepted');
    expect(properties['correlation_id']).toBe('scan-7-of-box-3');
    expect(notice.data.id).toEqual(expect.any(String));
    await vhost.expectReady({ photo_repair_tasks: 0, 'photo_repair.parking': 0 });
  });

  it('takes every field that it describes', async () => {
    const properties = {
      user_id: client.user,
      reply_to: client.replyTo,
      correlation_id: randomUUID(),
      message_id: randomUUID(),
      content_type: 'application/json',
      content_encoding: 'utf-8',
      delivery_mode: 2,
      priority: 9,
      timestamp: Math.floor(Date.now() / 1000),
    };
    const task = {
      schema_version: 1,
      task_id: 'every-field',
      image_url: photoUrl,
      input: photoUrl,
      workflow_type: 'person',
      workflow: 'person',
      task_type: 'person',
      type: 'person',
      parameters: { size: 512 },
      params: { size: 512 },
      callback_url: host.url('/every-field'),
      callback: host.url('/every-field'),
      client_ref: 'box 3',
      priority: 9,
      progress: true,
      tenant_id: client.user,
      user_id: client.user,
    };
    doc.expectValid('foreignTask', task, properties);
    await client.toExchange('person', task, {
      correlationId: properties.correlation_id,
      messageId: properties.message_id,
      contentType: properties.content_type,
      contentEncoding: properties.content_encoding,
      priority: properties.priority,
      timestamp: properties.timestamp,
    });
    expect((await client.answer('every-field', 'task.accepted')).notice.data.type).toBe('person');
    const { properties: ofTask } = doc.document.components.schemas['ForeignTask'] ?? {};
    expect(Object.keys(task).toSorted()).toEqual(Object.keys(ofTask ?? {}).toSorted());
    // Every entry of the document is in the message, and nothing else.
    const { properties: ofMessage } = doc.document.components.schemas['TaskProperties'] ?? {};
    expect(Object.keys(properties).toSorted()).toEqual(Object.keys(ofMessage ?? {}).toSorted());
  });

  it('tells a life as it says, to the end, and signs what it posts', async () => {
    const callback = host.url('/outcome');
    const body = { task_id: 'life', image_url: photoUrl, callback_url: callback, progress: true };
    await client.toExchange('person', body, { correlationId: 'life-1' });
    const { id } = (await client.answer('life', 'task.accepted')).notice.data;
    await worker.start(id!);
    await client.answer('life', 'task.started');
    const progress = { stage: 'running', percent: 40 };
    const running = { version: 1, taskId: id, taskType: 'person', at: new Date().toISOString() };
    const event = { ...running, attempt: 1, run: 1, worker: 'worker-1', kind: 'progress', progress };
    await vhost.publish('photo_repair.events', 'progress.person', Buffer.from(JSON.stringify(event)));
    await client.answer('life', 'task.progress');
    const picture = await worker.succeed(id!);
    const last = await client.answer('life', 'task.succeeded');
    expect(last.properties['correlation_id']).toBe('life-1');
    const download = await fetch(last.notice.data.result!.url);
    expect(Buffer.from(await download.arrayBuffer()).equals(picture)).toBe(true);

    const { headers, body: posted } = await host.untilPosted('/outcome');
    const secret = (await readFile(join(api.dataDir, 'webhook.secret'), 'utf8')).trim();
    const verified = new Webhook(secret).verify(posted, headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'task.succeeded', data: { id, task_id: 'life' } });
    doc.expectValid('webhookDelivery', verified, headers);
  });

  it('tells the other ends', async () => {
    const submit = async (taskId: string) => {
      await client.toExchange('person', { task_id: taskId, image_url: photoUrl });
      const { id } = (await client.answer(taskId, 'task.accepted')).notice.data;
      return { id: id!, type: 'person' };
    };
    const failing = await submit('fails');
    await worker.start(failing.id);
    await worker.fail(failing.id);
    expect((await client.answer('fails', 'task.failed')).notice.data.error?.code).toBe('bad_image');
    await live.tell(await submit('expires'), 'expired', 0);
    await client.answer('expires', 'task.expired');
    const cancelled = await submit('cancelled');
    const response = await api.as('operator').cancel(cancelled.id);
    expect(response.status).toBe(200);
    await client.answer('cancelled', 'task.cancelled');
    await client.event('cancelled', 'task.cancelled');
  });

  it('answers a message that comes again with how its task stands', async () => {
    await client.toExchange('person', { task_id: 'fails', image_url: photoUrl }, { correlationId: 'again' });
    await vi.waitFor(
      () => expect(client.answers.map(({ properties }) => properties['correlation_id'])).toContain('again'),
      { timeout: 20_000, interval: 20 },
    );
    const again = client.answers.find(({ properties }) => properties['correlation_id'] === 'again');
    expect(again?.notice).toMatchObject({ type: 'task.failed', data: { status: 'failed' } });
  });

  it('refuses what the schema refuses, and says why in a code of the list', async () => {
    const isTaken = (body: unknown) => doc.problems('foreignTask', body).length === 0;
    const broken: [string, Record<string, unknown>][] = [
      ['malformed', {}],
      ['malformed', { image_url: 7 }],
      ['malformed', { image_url: photoUrl, workflow_type: { 1: { class_type: 'LoadImage' } } }],
      ['malformed', { image_url: photoUrl, parameters: [] }],
      ['malformed', { image_url: photoUrl, progress: 'yes' }],
      ['malformed', { image_url: photoUrl, client_ref: 'x'.repeat(201) }],
      ['unsupported_version', { image_url: photoUrl, schema_version: 2 }],
    ];
    for (const [code, body] of broken) {
      const told = JSON.stringify(body);
      expect({ told, taken: isTaken(body) }).toEqual({ told, taken: false });
      expect({ told, code: await refusalOf(body) }).toEqual({ told, code });
    }
    expect(isTaken({ task_id: '', image_url: photoUrl })).toBe(false);
    expect(isTaken({ task_id: 'x'.repeat(201), image_url: photoUrl })).toBe(false);
  });

  it('has a refusal for each code of the list', async () => {
    const picture = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: '#888' } })
        .png()
        .toBuffer();
    const jpeg = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const offer = (name: string, file: Buffer) => ({ image_url: host.offer(`/${name}`, file) });
    const asked: Record<string, { body?: Record<string, unknown>; key?: string | null; options?: object }> = {
      malformed: { body: { image_url: photoUrl, image: 'x'.repeat(65_536) } },
      unsupported_version: { body: { image_url: photoUrl, schema_version: '1' } },
      forbidden: { body: { image_url: photoUrl, tenant_id: 'somebody-else' } },
      id_conflict: { body: { task_id: 'life', image_url: photoUrl, client_ref: 'another' } },
      expired: { options: { timestamp: Math.floor(Date.now() / 1000) - 25 * 3600 } },
      not_found: { body: { image_url: photoUrl, image_key: 'originals/x.png' } },
      url_not_allowed: { body: { image_url: 'http://localhost:5672/' } },
      fetch_failed: { body: { image_url: host.url('/nothing.jpg') } },
      unknown_task_type: { body: { image_url: photoUrl, workflow_type: 'cats' }, key: null },
      invalid_parameter: { body: { image_url: photoUrl, parameters: { brush: 1 } } },
      callback_not_allowed: { body: { image_url: photoUrl, callback: 'https://example.com/x' } },
      unsupported_format: { body: offer('text.jpg', Buffer.from('no picture')) },
      image_damaged: { body: offer('half.jpg', jpeg.subarray(0, jpeg.length / 2)) },
      file_too_large: { body: offer('large.jpg', Buffer.alloc(200_001, jpeg)) },
      image_too_many_pixels: { body: offer('wide.png', await picture(2500, 2000)) },
      image_too_small: { body: offer('small.png', await picture(8, 8)) },
      bad_aspect: { body: offer('strip.png', await picture(2000, 16)) },
    };
    for (const [code, { body = { image_url: photoUrl }, key, options }] of Object.entries(asked)) {
      expect({ code, told: await refusalOf(body, key, options) }).toEqual({ code, told: code });
    }
    const replyTo = await client.openReplies('reply.anonymous.asyncapi');
    const nobody = { replyTo, correlationId: 'anonymous' };
    await vhost.publish(
      'photo_repair_tasks',
      'person',
      Buffer.from('{"image_url":"https://x.test/"}'),
      nobody,
    );
    expect((await client.answerOf('anonymous')).notice.data.error?.code).toBe('unauthenticated');
    // What a key may, and how much, is the operator's to say.
    const limited = ['quota_exceeded', 'task_type_not_allowed'];
    const described = (doc.document.components.schemas['RefusalCode']?.['enum'] ?? []) as string[];
    expect([...Object.keys(asked), 'unauthenticated', ...limited].toSorted()).toEqual(described.toSorted());
  });

  it('asks an address before it sends there, and says of which album a photo is', async () => {
    const made = await api.as('operator').send('POST', '/v1/admin/keys', { name: 'museum' });
    const museum = api.as(((await made.json()) as NewApiKeyView).token);
    const set = await museum.send('PUT', '/v1/webhook', { url: host.url('/museum') });
    expect({ status: set.status, body: await set.json() }).toMatchObject({ status: 200 });
    const asked = await host.untilPosted('/museum');
    doc.expectValid('webhookChallenge', JSON.parse(asked.body), asked.headers);
    const album = await museum.send('POST', '/v1/albums', {
      title: 'Box 3',
      callback_url: host.url('/album'),
    });
    const { id: albumId } = (await album.json()) as AlbumView;
    const form = new FormData();
    form.append('type', 'person');
    form.append('image', new Blob([await readFile('test/fixtures/photos/grace-hopper.jpg')]), 'a.jpg');
    await museum.fetch(`/v1/albums/${albumId}/tasks`, { method: 'POST', body: form });
    const tasks = await museum.fetch(`/v1/albums/${albumId}/tasks`);
    const [task] = ((await tasks.json()) as { items: TaskView[] }).items;
    await worker.start(task!.id);
    await worker.succeed(task!.id);
    const { headers, body } = await host.untilPosted('/album');
    doc.expectValid('webhookDelivery', JSON.parse(body), headers);
    expect(JSON.parse(body)).toMatchObject({ data: { album_id: albumId, id: task!.id } });
  });

  it('has told nothing that is not described, and everything that is', () => {
    for (const answer of client.answers) expectAnswer(answer);
    for (const { notice, properties, routingKey } of client.events) {
      const message = messageOf(notice.type);
      expect(doc.messagesOf('taskEvents')).toContain(message);
      doc.expectValid(message, notice, properties);
      const { type } = notice.data;
      expect(routingKey).toMatch(new RegExp(`^[\\w-]+\\.${type}\\.${notice.type.replace('task.', '')}$`));
    }
    const kinds = (heard: Heard[]) => new Set(heard.map(({ notice }) => messageOf(notice.type)));
    expect(kinds(client.answers)).toEqual(new Set(doc.messagesOf('answers')));
    expect(kinds(client.events)).toEqual(new Set(doc.messagesOf('taskEvents')));
    expect(doc.unseen(NOTICE_SCHEMAS)).toEqual([]);
  });

  /**
   * The code that the sender of such a message is answered with.
   * @param key the routing key; null for straight into the plain queue.
   */
  async function refusalOf(
    body: Record<string, unknown>,
    key: string | null = 'person',
    options = {},
  ): Promise<string | undefined> {
    const correlationId = randomUUID();
    const sent = { task_id: correlationId, ...body };
    const how = { correlationId, userId: client.user, replyTo: client.replyTo, ...options };
    await (key === null ? client.toQueue(sent, how) : client.toExchange(key, sent, how));
    const { notice } = await client.answerOf(correlationId);
    expect(notice.type).toBe('task.refused');
    return notice.data.error?.code;
  }
});
