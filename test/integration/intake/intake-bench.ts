import type { ArtifactRef } from '@app/contracts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database, TaskRow } from '../../../apps/api/src/database/schema.js';
import { TestApi } from '../../support/test-api.js';
import type { Vhost } from '../../support/vhost.js';
import { LoopbackHost } from '../outbound/loopback-host.js';
import { ForeignProgram, type Sending } from './foreign-program.js';

export const PHOTO = 'test/fixtures/photos/grace-hopper.jpg';
const INGRESS = 'photo_repair_tasks';
const PARKING = 'photo_repair.parking';

/** Answers a request, or says that it does not. */
export type HostAnswer = (
  path: string,
  response: Parameters<Parameters<typeof LoopbackHost.http>[0]>[1],
) => boolean;

export interface BenchOptions {
  /** What the host answers beside the photo. */
  answer?: HostAnswer;
  /** Of the API, beside its broker and the host from which it may fetch. */
  settings?: (host: LoopbackHost) => Record<string, string>;
  /** Where the host is. */
  address?: string;
}

/** An API, a host with a photo (`/photo.jpg`), and a program that sends messages. */
export class IntakeBench {
  private constructor(
    readonly vhost: Vhost,
    readonly api: TestApi,
    readonly host: LoopbackHost,
    readonly program: ForeignProgram,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(
    vhost: Vhost,
    { answer = () => false, settings = () => ({}), address = '127.0.0.1' }: BenchOptions = {},
  ): Promise<IntakeBench> {
    const photo = await readFile(PHOTO);
    const host = await LoopbackHost.http(
      (asked, response) => {
        if (answer(asked.path, response)) return;
        if (asked.path.endsWith('.jpg')) response.end(photo);
        else response.writeHead(404).end();
      },
      { address },
    );
    const all = {
      AMQP_URL: vhost.url,
      IMAGE_URL_HOSTS: host.entry,
      OUTBOUND_PRIVATE_ADDRESSES: host.entry,
      ...settings(host),
    };
    const api = await TestApi.start(all);
    const bench = new IntakeBench(vhost, api, host, await ForeignProgram.connect(vhost), all);
    await bench.ready();
    return bench;
  }

  /** What is a message as good as any. */
  good(more: Record<string, unknown> = {}): Record<string, unknown> {
    return { image_url: `${this.host.url}/photo.jpg`, workflow_type: 'person', ...more };
  }

  /** The API once more, as after a crash, over the same data. */
  async startAgain(): Promise<IntakeBench> {
    const api = await TestApi.start({ ...this.settings, DATA_DIR: this.api.dataDir });
    const bench = new IntakeBench(this.vhost, api, this.host, this.program, this.settings);
    await bench.ready();
    return bench;
  }

  get db(): Database {
    return this.api.app.get<Database>(DATABASE);
  }

  async tasks(): Promise<TaskRow[]> {
    return this.db.selectFrom('tasks').selectAll().orderBy('id').execute();
  }

  /** How many messages have come to that. */
  async counted(outcome: string): Promise<number> {
    return this.api.metric(`photo_repair_foreign_messages_total\\{outcome="${outcome}"\\}`);
  }

  /**
   * Sends a message that has to be refused: it is parked with the reason and nowhere else, its sender is told, it is
   * counted, nothing is made of it, and the next good message becomes a task.
   */
  async expectRefused(body: unknown, code: string, sending: Sending & { from?: ForeignProgram } = {}) {
    const { from = this.program, ...how } = sending;
    const tasks = (await this.tasks()).length;
    const counted = await this.counted(code);
    const sent = from.send(body, how);
    const parked = await this.vhost.take(PARKING);
    expect(parked.properties.headers).toMatchObject({
      'x-parked-reason': code,
      'x-parked-error': expect.stringMatching(/^.{10,}$/s),
      'x-original-queue': INGRESS,
    });
    // Of what was sent to be answered elsewhere this program hears nothing.
    const told = how.replyTo ? undefined : (await from.answer(sent, 'task.refused')).notice;
    await this.vhost.expectReady({ [INGRESS]: 0, [PARKING]: 0, 'photo_repair.vouched': 0 });
    await expect.poll(() => this.counted(code)).toBe(counted + 1);
    expect((await this.tasks()).length).toBe(tasks);
    expect(await readdir(join(this.api.dataDir, 'incoming'))).toEqual([]);
    await this.expectUnharmed();
    return {
      parked,
      told,
      code: told?.data.error?.code ?? (parked.properties.headers?.['x-parked-reason'] as string),
    };
  }

  /** The next message becomes a task. */
  async expectUnharmed(): Promise<void> {
    await this.expectTask(await this.program.sendTask(this.good({ task_id: crypto.randomUUID() })));
  }

  /** There is such a task, in line, with its photo as it was; it is cancelled, so that the next one finds room. */
  async expectTask(id: string): Promise<TaskRow> {
    const row = await this.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row.state).toBe('queued');
    const { key } = JSON.parse(row.original) as ArtifactRef;
    const [stored, photo] = [await readFile(join(this.api.dataDir, 'artifacts', key)), await readFile(PHOTO)];
    expect(stored.equals(photo)).toBe(true);
    expect((await this.api.as('operator').cancel(id)).status).toBe(200);
    return row;
  }

  async remove(): Promise<void> {
    await this.program.close();
    await this.host.close();
    await this.api.remove();
  }

  private async ready(): Promise<void> {
    await vi.waitFor(async () => expect(await this.api.ready()).toBe(true), {
      timeout: 20_000,
      interval: 50,
    });
  }
}
