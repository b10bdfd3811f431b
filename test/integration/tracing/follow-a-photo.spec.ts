import { traceIdOf, type TaskView } from '@app/contracts';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OtherHost, type Posted } from '../../support/other-host.js';
import { withVhost } from '../../support/vhost.js';
import { KIND, OtlpReceiver, type ReceivedSpan } from './otlp-receiver.js';
import { TracedSystem } from './traced-system.js';

const SOON = { timeout: 90_000, interval: 100 };

/** What the callers say of their own traces. */
const CALLER = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const PUBLISHER = { trace: '1bf7651916cd43dd8448eb211c80319d', span: 'c7ad6b7169203332' };
const toHeader = ({ trace, span }: typeof CALLER) => `00-${trace}-${span}-01`;

/**
 * Three photos through real programs: one over HTTP, one in a message of another system, and one that is cancelled and asked
 * for once more before any worker is there. Then all programs are stopped, and what a collector got is looked at.
 */
describe('a photo', () => {
  const vhost = withVhost();
  let receiver: OtlpReceiver;
  let host: OtherHost;
  let system: TracedSystem;
  let codes: (number | null)[];
  let posted: Posted;
  let overHttp: TaskView;
  let overAmqp: TaskView;
  let again: TaskView;

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    host = await OtherHost.start();
    system = await TracedSystem.start({
      AMQP_URL: vhost.url,
      AMQP_ANONYMOUS: 'any',
      IMAGE_URL_HOSTS: host.host,
      WEBHOOK_HOSTS: host.host,
      WEBHOOK_ALLOW_HTTP: 'true',
      OUTBOUND_PRIVATE_ADDRESSES: '127.0.0.1',
      ENGINE_WARM_UP: 'false',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=the%20archive',
    });
    const { operator } = system;
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const taskOf = async (answer: Response) => (await answer.json()) as TaskView;
    again = await taskOf(await operator.submit(photo, 'secret-name.jpg'));
    expect((await operator.cancel(again.id)).status).toBe(200);
    expect((await operator.fetch(`/v1/tasks/${again.id}/retry`, { method: 'POST' })).status).toBe(200);
    overHttp = await taskOf(
      await operator.submit(
        photo,
        'secret-name.jpg',
        { type: 'person', callback_url: host.url('/secret-hook'), client_ref: 'secret-ref' },
        { traceparent: toHeader(CALLER), tracestate: 'theirs=1', 'x-request-id': 'request-of-the-test' },
      ),
    );
    const body = { task_id: 'secret-id.jpg', workflow_type: 'person', image_url: photoUrl(photo) };
    await vhost.publish('photo_repair_tasks', 'person', Buffer.from(JSON.stringify(body)), {
      messageId: 'secret-message.jpg',
      headers: { traceparent: toHeader(PUBLISHER) },
    });
    await system.startWorker();
    posted = await host.untilPosted('/secret-hook', SOON.timeout);
    overAmqp = await vi.waitFor(async () => {
      const { items } = (await (await operator.fetch('/v1/tasks?all=true')).json()) as { items: TaskView[] };
      expect(items).toHaveLength(3);
      expect(items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
      return items.find(({ id }) => id !== again.id && id !== overHttp.id)!;
    }, SOON);
    codes = await system.stop();
  }, 300_000);

  afterAll(async () => {
    await system?.remove();
    await host.close();
    await receiver.close();
  });

  function photoUrl(photo: Buffer): string {
    return host.offer('/images/secret-name.jpg', photo);
  }

  /** The one span of a trace that is called so. */
  function only(traceId: string, name: string, service?: string): ReceivedSpan {
    const found = receiver
      .trace(traceId)
      .filter((span) => span.name === name && (service === undefined || span.service === service));
    expect(found.map((span) => `${span.service} ${span.name}`)).toHaveLength(1);
    return found[0]!;
  }

  /** From the hand-over to the result and back, below the span that made the task. */
  function expectWay(traceId: string, { id }: TaskView, made: string): void {
    const sent = only(traceId, 'send photo_repair.work:person');
    expect(sent).toMatchObject({ service: 'api', kind: KIND.producer, parentSpanId: made });
    const run = only(traceId, 'process photo_repair.work:person:photo_repair.work.person');
    expect(run).toMatchObject({
      service: 'worker',
      kind: KIND.consumer,
      parentSpanId: sent.spanId,
      links: [{ traceId, spanId: sent.spanId }],
      attributes: {
        'messaging.system': 'rabbitmq',
        'messaging.operation.type': 'process',
        'messaging.message.id': id,
        'messaging.message.conversation_id': id,
        'photo_repair.task.id': id,
        'photo_repair.task.ending': 'succeeded',
      },
    });
    expect(run.events).toEqual(expect.arrayContaining(['running', 'saving']));
    for (const call of ['POST /api/upload/image', 'POST /api/prompt', 'GET /api/view']) {
      expect(only(traceId, call)).toMatchObject({
        service: 'worker',
        kind: KIND.client,
        parentSpanId: run.spanId,
        attributes: { 'http.response.status_code': 200 },
      });
    }
    expect(only(traceId, 'run prompt')).toMatchObject({
      service: 'engine',
      parentSpanId: only(traceId, 'POST /api/prompt').spanId,
    });
    for (const [told, kind] of [
      ['started', KIND.producer],
      ['succeeded', KIND.producer],
    ] as const) {
      const event = receiver
        .trace(traceId)
        .find((span) => span.kind === kind && String(span.attributes['messaging.message.id']).endsWith(told));
      expect(event).toMatchObject({
        service: 'worker',
        name: 'send photo_repair.events:state.person',
        parentSpanId: run.spanId,
      });
      const heard = receiver.trace(traceId).find((span) => span.parentSpanId === event!.spanId);
      expect(heard).toMatchObject({
        service: 'api',
        kind: KIND.consumer,
        name: 'process photo_repair.events:state.person:photo_repair.results',
      });
    }
  }

  it('that comes over HTTP goes on in the trace of its caller, up to the webhook', () => {
    const request = only(CALLER.trace, 'POST /v1/tasks');
    expect(request).toMatchObject({
      service: 'api',
      kind: KIND.server,
      parentSpanId: CALLER.span,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/tasks',
        'http.response.status_code': 202,
        'photo_repair.task.id': overHttp.id,
      },
    });
    expectWay(CALLER.trace, overHttp, request.spanId);
    const hook = only(CALLER.trace, 'POST');
    expect(hook).toMatchObject({ service: 'api', kind: KIND.client, parentSpanId: request.spanId });
    expect(posted.headers['traceparent']).toBe(`00-${CALLER.trace}-${hook.spanId}-01`);
  });

  it('that comes in a message of another system has a trace of its own, linked to that of its publisher', () => {
    expect(receiver.trace(PUBLISHER.trace)).toEqual([]);
    const taken = receiver.spans.find(({ name }) => name === 'process photo_repair_tasks');
    expect(taken).toMatchObject({
      service: 'api',
      kind: KIND.consumer,
      parentSpanId: '',
      links: [{ traceId: PUBLISHER.trace, spanId: PUBLISHER.span }],
      attributes: { 'photo_repair.task.id': overAmqp.id },
    });
    expectWay(taken!.traceId, overAmqp, taken!.spanId);
  });

  it('that is asked for once more stays in its trace, linked to its beginning', () => {
    const request = receiver.spans.find(
      ({ name, attributes }) => name === 'POST /v1/tasks' && attributes['photo_repair.task.id'] === again.id,
    )!;
    const ofTrace = receiver.trace(request.traceId);
    const sent = ofTrace.filter(({ name }) => name === 'send photo_repair.work:person');
    const handedOver = sent.filter(({ service }) => service === 'api');
    const made = { traceId: request.traceId, spanId: request.spanId };
    expect(handedOver.filter(({ links }) => links.length > 0).map(({ links }) => links)).toEqual([[made]]);
    expect(new Set(handedOver.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([request.spanId]));
    const beginnings = handedOver.map(({ spanId }) => [{ traceId: request.traceId, spanId }]);
    // The worker puts it in line as a fresh one: a copy, which carries on what it had.
    for (const copy of sent.filter(({ service }) => service === 'worker')) {
      expect(copy.kind).toBe(KIND.client);
      expect(beginnings).toContainEqual(copy.links);
    }
    const runs = ofTrace.filter(({ name, kind }) => kind === KIND.consumer && name.includes('work:person'));
    expect(runs.map(({ attributes }) => attributes['photo_repair.task.ending'])).toContain('succeeded');
    for (const run of runs) {
      expect(beginnings).toContainEqual(run.links);
      expect(run.parentSpanId).toBe(run.links[0]!.spanId);
    }
    const retry = receiver.spans.find(({ name }) => name === 'POST /v1/tasks/:id/retry')!;
    expect(retry.traceId).not.toBe(request.traceId);
  });

  it('is found by its id in the log of every program, with its trace', () => {
    const traces = new Map([[overHttp.id, CALLER.trace]]);
    const about = system.lines.filter(({ line }) => line['taskId'] !== undefined);
    for (const { program, line } of about) {
      const id = String(line['taskId']);
      const traceId = traces.get(id) ?? String(line['trace_id']);
      traces.set(id, traceId);
      expect({ program, line, trace: line['trace_id'] }).toMatchObject({ trace: traceId });
    }
    expect([...traces.keys()].toSorted()).toEqual([again.id, overHttp.id, overAmqp.id].toSorted());
    for (const { id } of [overHttp, overAmqp, again]) {
      const programs = about.filter(({ line }) => line['taskId'] === id).map(({ program }) => program);
      expect(new Set(programs)).toEqual(new Set(['api', 'worker', 'engine']));
    }
    const stored = about.find(({ line }) => line['taskId'] === overHttp.id && line['msg'] === 'photo stored');
    expect(stored?.line['requestId']).toBe('request-of-the-test');
    // Nothing that goes on for others is laid at the door of whoever set it off.
    const strayed = system.lines.filter(
      ({ line }) => line['trace_id'] !== undefined && line['taskId'] === undefined,
    );
    expect(strayed).toEqual([]);
  });

  it('is followed by the commands that the guide names', async () => {
    const folder = await system.keepLogs();
    const guide = await readFile('docs/FOLLOW-A-PHOTO.md', 'utf8');
    const commands = [...guide.matchAll(/^```sh\n(.*?)^```/gms)].map(([, command]) => command!);
    expect(commands).toHaveLength(4);
    const outputs = commands.map((command) => runInShell(command, folder, overHttp.id));
    const [followed, byHand, troubles, byTrace] = outputs.map((output) => output.trim().split('\n'));
    const steps = [
      'photo stored',
      'published',
      'prompt goes to its engine',
      'started',
      'succeeded',
      'task settled',
    ];
    for (const lines of [followed!, byHand!, byTrace!]) {
      for (const step of steps) expect(lines.filter((line) => line.includes(step))).not.toEqual([]);
      expect(lines.join()).not.toContain(overAmqp.id);
    }
    expect(followed!.map((line) => line.slice(0, 12))).toEqual(
      followed!.map((line) => line.slice(0, 12)).toSorted(),
    );
    expect(troubles).toEqual(['']);
  });

  it('is not in its trace: no name that anybody gave to it, no address, no key', () => {
    expect(receiver.spans.length).toBeGreaterThan(30);
    for (const body of receiver.bodies) expect(body).not.toMatch(/secret-|prk_|image\/jpeg|secret_hook/);
    const names = new Set(receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...names].filter((name) => /url\.(full|path|query)|client|user_agent/.test(name))).toEqual([]);
    expect(new Set(receiver.headers.map((headers) => headers['x-tenant']))).toEqual(new Set(['the archive']));
  });

  it('holds up no program that stops: what is left is exported in time', () => {
    expect(codes).toEqual([0, 0, 0]);
    expect(new Set(receiver.spans.map(({ service }) => service))).toEqual(
      new Set(['api', 'worker', 'engine']),
    );
    expect(traceIdOf(toHeader(CALLER))).toBe(CALLER.trace);
  });
});

/** As a person types it in the project's folder, where DATA_DIR is `data`. */
function runInShell(command: string, folder: string, id: string): string {
  const here = command
    .replace('npx photo-repair', `'${process.execPath}' '${resolve('dist/apps/cli/src/main.js')}'`)
    .replaceAll('data/logs', join(folder, 'logs'));
  return execFileSync('bash', ['--norc', '-eo', 'pipefail', '-c', here], {
    env: { PATH: process.env['PATH'], ID: id, DATA_DIR: folder },
    encoding: 'utf8',
  });
}
