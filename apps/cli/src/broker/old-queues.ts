import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { MAIN_VHOST, PRIVATE_INTAKE_VHOST } from '../rabbitmq/virtual-hosts.js';
import { httpGet } from '../system/http-get.js';

const POLL_MS = 500;
/** Moving takes 5,000 messages a second (RabbitMQ 3.10); what is not moved by then is at the next start. */
const LIMIT_MS = 60_000;
const queuesSchema = z.array(z.object({ name: z.string(), messages: z.number().optional() }));
type OldQueue = z.infer<typeof queuesSchema>[number];

/**
 * Brings along what a node holds from when everything was in the virtual host `/`: waiting tasks, outcomes that nobody
 * has stored yet, parked messages. RabbitMQ moves them itself (a shovel, which takes a message out after it was confirmed
 * at the other end), each queue once there is one of that name in our virtual host, so call it when the apps are ready.
 * A queue that is empty then is deleted. The plain queue stays: it belongs there.
 * @returns how many queues could not be moved.
 */
export async function moveOldQueues(managementUrl: string, user: string, password: string): Promise<number> {
  const node = new NodeManagement(managementUrl, user, password);
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const left = await node.oldQueues();
    if (left.length === 0 || Date.now() > deadline) return left.length;
    for (const queue of left) await node.move(queue);
    await delay(POLL_MS);
  }
}

/** Of the management API what this needs. */
class NodeManagement {
  constructor(
    private readonly url: string,
    private readonly user: string,
    private readonly password: string,
  ) {}

  async oldQueues(): Promise<OldQueue[]> {
    const url = new URL(`api/queues/${vhostPath(PRIVATE_INTAKE_VHOST)}?columns=name,messages`, this.url);
    Object.assign(url, { username: this.user, password: this.password });
    const answer = await httpGet(url.href, 10_000);
    if (answer?.status !== 200)
      throw new Error(`RabbitMQ does not list its queues (${answer?.status ?? 'no answer'})`);
    // Ours alone have this prefix; programs of other systems name theirs otherwise.
    return queuesSchema.parse(JSON.parse(answer.body)).filter(({ name }) => name.startsWith('photo_repair.'));
  }

  /** One step: deletes it where it is empty, else has it moved where it can be. */
  async move({ name, messages }: OldQueue): Promise<void> {
    const queue = `${vhostPath(PRIVATE_INTAKE_VHOST)}/${encodeURIComponent(name)}`;
    const shovel = `parameters/shovel/${vhostPath(PRIVATE_INTAKE_VHOST)}/${encodeURIComponent(`move ${name}`)}`;
    if (messages === 0) {
      // Refused where a message has come meanwhile; the next step sees that.
      await this.call('DELETE', `queues/${queue}?if-empty=true`);
      return;
    }
    const target = `queues/${vhostPath(MAIN_VHOST)}/${encodeURIComponent(name)}`;
    const isMoving = (await this.call('GET', shovel)) === 200;
    if (isMoving || (await this.call('GET', target)) !== 200) return;
    await this.call('PUT', shovel, {
      value: {
        'src-uri': `amqp:///${vhostPath(PRIVATE_INTAKE_VHOST)}`,
        'src-queue': name,
        'src-delete-after': 'queue-length',
        'dest-uri': `amqp:///${vhostPath(MAIN_VHOST)}`,
        'dest-queue': name,
        'ack-mode': 'on-confirm',
      },
    });
  }

  private async call(method: string, path: string, body?: unknown): Promise<number> {
    const authorization = `Basic ${btoa(`${this.user}:${this.password}`)}`;
    const answer = await fetch(new URL(`api/${path}`, this.url), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    await answer.arrayBuffer();
    return answer.status;
  }
}

const vhostPath = (vhost: string) => encodeURIComponent(vhost);
