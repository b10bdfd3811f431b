import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, vi } from 'vitest';
import { ClientProgram } from '../../support/client-program.js';

const MINUTE_MS = 60_000;
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const OTHER_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const NOTICE = {
  type: 'task.succeeded',
  timestamp: '2026-03-01T10:01:29.000Z',
  data: { task_id: '奶奶', status: 'succeeded' },
};

interface Sent {
  id?: string;
  at?: Date;
  body?: string;
  /** What the signature is of, where that is not the body. */
  signed?: string;
  secrets?: string[];
  headers?: Record<string, string>;
}

/** A receiver of ours, and what somebody sends to it. */
class Receiver {
  private constructor(
    readonly program: ClientProgram,
    private readonly url: string,
  ) {}

  static async start(file: string): Promise<Receiver> {
    const program = ClientProgram.start(file, [], { WEBHOOK_SECRET: SECRET, PORT: '0' });
    const [, url] = await program.until(/listening on (http\S+)/);
    return new Receiver(program, url!);
  }

  async send({
    id = 'msg_1',
    at = new Date(),
    body = JSON.stringify(NOTICE),
    ...how
  }: Sent): Promise<Response> {
    const { secrets = [SECRET], signed = body, headers = {} } = how;
    return fetch(this.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, signed)).join(' '),
        ...headers,
      },
    });
  }

  /** The webhooks that it has taken for genuine. */
  get taken(): unknown[] {
    return this.program.lines.map((line) => JSON.parse(line) as unknown);
  }
}

describe.each(['examples/node/webhook-receiver.mjs', 'examples/python/webhook_receiver.py'])('%s', (file) => {
  it('takes what is genuine, once however often it comes', async () => {
    const receiver = await Receiver.start(file);
    for (let times = 0; times < 3; times += 1) expect((await receiver.send({})).status).toBe(204);
    expect((await receiver.send({ id: 'msg_2' })).status).toBe(204);
    await vi.waitFor(() => expect(receiver.taken).toEqual([NOTICE, NOTICE]));
  });

  it('takes the signature of either secret while it is being changed', async () => {
    const receiver = await Receiver.start(file);
    expect((await receiver.send({ secrets: [OTHER_SECRET, SECRET] })).status).toBe(204);
    expect((await receiver.send({ id: 'msg_2', secrets: [SECRET, OTHER_SECRET] })).status).toBe(204);
    const signature = `v1a,${randomBytes(64).toString('base64')} ${new Webhook(SECRET).sign('msg_3', new Date(), '{"type":"x"}')}`;
    const headers = { 'webhook-signature': signature };
    expect((await receiver.send({ id: 'msg_3', body: '{"type":"x"}', headers })).status).toBe(204);
  });

  it.each([
    ['old', -5 * MINUTE_MS - 2_000],
    ['of yesterday', -24 * 60 * MINUTE_MS],
    ['ahead of its time', 6 * MINUTE_MS],
  ])('refuses a genuine delivery that is %s, so that nobody can send it again', async (_how, ms) => {
    const receiver = await Receiver.start(file);
    expect((await receiver.send({ at: new Date(Date.now() + ms) })).status).toBe(401);
    const near = new Date(Date.now() + Math.sign(ms) * 4 * MINUTE_MS);
    expect((await receiver.send({ at: near })).status).toBe(204);
    await vi.waitFor(() => expect(receiver.taken).toEqual([NOTICE]));
  });

  it.each<[string, Sent]>([
    ['another secret', { secrets: [OTHER_SECRET] }],
    ['a body that was changed', { signed: JSON.stringify({ ...NOTICE, timestamp: 'x' }) }],
    ['another id than was signed', { headers: { 'webhook-id': 'msg_9' } }],
    [
      'a timestamp that was made new',
      { at: new Date(0), headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) } },
    ],
    ['no signature', { headers: { 'webhook-signature': '' } }],
    ['no id', { headers: { 'webhook-id': '' } }],
    ['a timestamp that is none', { headers: { 'webhook-timestamp': 'soon' } }],
    ['a signature of another version', { headers: { 'webhook-signature': 'v2,AAAA' } }],
    ['half a signature', { headers: { 'webhook-signature': 'v1' } }],
  ])('refuses %s', async (_what, sent) => {
    const receiver = await Receiver.start(file);
    expect((await receiver.send(sent)).status).toBe(401);
    expect((await receiver.send({})).status).toBe(204);
    await vi.waitFor(() => expect(receiver.taken).toEqual([NOTICE]));
  });

  it('reads no more than a webhook can be', async () => {
    const receiver = await Receiver.start(file);
    expect((await receiver.send({ body: JSON.stringify({ x: 'x'.repeat(65_536) }) })).status).toBe(413);
  });

  it('says that it wants webhooks, to who has signed the question', async () => {
    const receiver = await Receiver.start(file);
    const body = JSON.stringify({
      type: 'webhook.challenge',
      timestamp: NOTICE.timestamp,
      data: { challenge: 'c-1' },
    });
    expect((await receiver.send({ body, secrets: [OTHER_SECRET] })).status).toBe(401);
    const answer = await receiver.send({ body });
    expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 200, text: 'c-1' });
    expect(receiver.taken).toEqual([]);
  });

  it('does not start without a secret', async () => {
    const program = ClientProgram.start(file, [], { PORT: '0' });
    expect(await program.end()).not.toBe(0);
  });
});
