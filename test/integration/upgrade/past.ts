import type { Options } from 'amqplib';
import SqliteDatabase from 'libsql';
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Vhost } from '../../support/vhost.js';

const pastSchema = z.object({
  recordedAt: z.iso.datetime(),
  /** Ids of tasks by what was the matter with each. */
  photos: z.record(z.string(), z.uuid()),
  exchanges: z.array(z.object({ name: z.string(), type: z.string() })),
  queues: z.array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  bindings: z.array(z.object({ queue: z.string(), exchange: z.string(), routingKey: z.string() })),
  messages: z.array(
    z.object({
      queue: z.string(),
      exchange: z.string(),
      routingKey: z.string(),
      redelivered: z.boolean(),
      properties: z.looseObject({ deliveryMode: z.literal(2) }),
      body: z.string(),
    }),
  ),
});

/** What an installation of an older version left when it was killed; see test/fixtures/upgrade/README.md. */
export class Past {
  private constructor(
    private readonly folder: string,
    private readonly data: z.infer<typeof pastSchema>,
  ) {}

  static async read(name: string): Promise<Past> {
    const folder = resolve('test/fixtures/upgrade', name);
    const text = await readFile(join(folder, 'past.json'), 'utf8');
    return new Past(folder, pastSchema.parse(JSON.parse(text)));
  }

  /** Ids of tasks whose names begin so. */
  photos(prefix = ''): string[] {
    return Object.entries(this.data.photos).flatMap(([name, id]) => (name.startsWith(prefix) ? [id] : []));
  }

  /** The name of a photo, which says what was the matter with it: `waiting-3`. */
  matterOf(id: string): string {
    const found = Object.entries(this.data.photos).find(([, each]) => each === id);
    if (found === undefined) throw new Error(`There was no photo ${id}.`);
    return found[0];
  }

  /** How many messages were parked. */
  get parked(): number {
    return this.data.messages.filter(({ queue }) => queue === 'photo_repair.parking').length;
  }

  /** Where failed attempts waited for the next one. */
  retryQueues(): string[] {
    return this.data.queues.flatMap(({ name }) => (name.startsWith('photo_repair.retry') ? [name] : []));
  }

  async original(id: string): Promise<Buffer> {
    return readFile(join(this.folder, 'artifacts/originals', `${id}.png`));
  }

  async result(key: string): Promise<Buffer> {
    return readFile(join(this.folder, 'artifacts', key));
  }

  /** A data folder as it was, its times moved to now: what was recorded must not have expired since. */
  async dataFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-past-'));
    await cp(join(this.folder, 'artifacts'), join(folder, 'artifacts'), { recursive: true });
    const db = new SqliteDatabase(join(folder, 'photo-repair.db'));
    // Tables come in the order of their names.
    db.pragma('foreign_keys = off');
    db.exec(await readFile(join(this.folder, 'database.sql'), 'utf8'));
    const passedMs = Date.now() - Date.parse(this.data.recordedAt);
    for (const { table, column } of timesOf(db)) {
      db.exec(
        `update "${table}" set "${column}" = "${column}" + ${passedMs} where "${column}" > 1000000000000`,
      );
    }
    db.close();
    return folder;
  }

  /** RabbitMQ as it was. */
  async declare(vhost: Vhost): Promise<void> {
    const channel = await vhost.channel();
    const { exchanges, queues, bindings, messages } = this.data;
    for (const { name, type } of exchanges) await channel.assertExchange(name, type, { durable: true });
    for (const queue of queues) {
      await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    }
    for (const { queue, exchange, routingKey } of bindings) {
      if (exchange !== '') await channel.bindQueue(queue, exchange, routingKey);
    }
    for (const { queue, exchange, routingKey, properties, body, redelivered } of messages) {
      const options: Options.Publish = { ...properties, persistent: true };
      await vhost.publish(exchange, routingKey, Buffer.from(body), options);
      if (!redelivered) continue;
      const came = await channel.get(queue, { noAck: false });
      if (came === false) throw new Error(`The message is not in ${queue}.`);
      channel.nack(came, false, true);
    }
    await channel.close();
  }
}

function timesOf(db: SqliteDatabase.Database): { table: string; column: string }[] {
  return db
    .prepare(
      `select t.name as "table", c.name as "column" from sqlite_master t, pragma_table_info(t.name) c
       where t.type = 'table' and c.name like '%\\_at' escape '\\'`,
    )
    .all() as { table: string; column: string }[];
}
