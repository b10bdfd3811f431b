import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateRedis } from '../../support/private-redis.js';
import { ForeignClient } from '../clients/foreign-client.js';
import { PhotoServer } from '../clients/photo-server.js';
import { RedisUser } from '../clients/redis-user.js';
import { WebhookSink } from '../clients/webhook-sink.js';
import type { FaultSystem } from './fault-system.js';

/** Which programs of other systems there are. */
export interface OtherSystemsOptions {
  /** One that publishes under its name, and one that names nobody. */
  publishers?: boolean;
  /** The publishers want outcomes to be posted, too. */
  callbacks?: boolean;
  /** One that adds entries to a stream in Redis. */
  redis?: boolean;
}

/** So soon that a scenario with a dead bridge does not last for minutes. */
const CLAIM_AFTER = '1s';
/** What our tests' hosts are, beside being allowed by name. */
const LOOPBACK = '127.0.0.1';
const REDIS_USER = 'user1';

/** The programs of other systems, each on loopback, and all that they share with ours. */
export class OtherSystems {
  publishers: readonly ForeignClient[] = [];
  private system: FaultSystem | undefined;
  private user: RedisUser | undefined;

  private constructor(
    private readonly options: OtherSystemsOptions,
    readonly photoServer: PhotoServer,
    readonly sink: WebhookSink,
    private readonly redis: PrivateRedis | undefined,
    private readonly folder: string,
  ) {}

  /** Starts what a system has to be told of; `meet` follows when that system runs. */
  static async start(options: OtherSystemsOptions): Promise<OtherSystems> {
    const sink = await WebhookSink.start();
    const redis = options.redis ? await PrivateRedis.start({ durable: true }) : undefined;
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-faults-others-'));
    return new OtherSystems(options, await PhotoServer.start(), sink, redis, folder);
  }

  /** @throws Error where there is none. */
  get redisUser(): RedisUser {
    if (!this.user) throw new Error('There is no program that uses Redis.');
    return this.user;
  }

  /** What a system is told of them. */
  get systemOptions(): {
    bridges: number;
    apiSettings: Record<string, string>;
    bridgeSettings: Record<string, string>;
  } {
    const { photoServer, sink, redis, folder } = this;
    return {
      bridges: redis ? 1 : 0,
      apiSettings: {
        IMAGE_URL_HOSTS: photoServer.host,
        WEBHOOK_HOSTS: sink.host,
        WEBHOOK_ALLOW_HTTP: 'true',
        WEBHOOK_TIMEOUT: '1s',
        // Two minutes of them.
        WEBHOOK_RETRY_DELAYS: ['200ms', ...Array.from({ length: 119 }, () => '1s')].join(','),
        OUTBOUND_PRIVATE_ADDRESSES: LOOPBACK,
      },
      bridgeSettings: {
        ...(redis && { REDIS_URL: redis.url }),
        BRIDGE_IMAGE_DIRS: join(folder, 'uploads'),
        BRIDGE_OUTPUT_DIR: join(folder, 'output'),
        BRIDGE_CLAIM_AFTER: CLAIM_AFTER,
      },
    };
  }

  /** They begin to use this system, and are asked what they know at the end of each scenario. */
  async meet(system: FaultSystem): Promise<void> {
    this.system = system;
    this.photoServer.serve(() => system.photos.all);
    if (this.options.publishers) await this.openPublishers(system);
    const { redis, folder } = this;
    if (redis) {
      const { history, dice } = system;
      this.user = await RedisUser.open({ redis, folder, name: REDIS_USER, history, dice });
      system.outsiders.push(this.user);
    }
  }

  /** So many photos by each of the publishers, each message so many times. */
  async publish(
    photosOfEach: number,
    load: { copies?: readonly [number, number]; pace?: () => number } = {},
  ): Promise<void> {
    const { photos } = this.system!;
    await Promise.all(
      this.publishers.map(async (publisher) => {
        await publisher.bring(await photos.takeMany(photosOfEach), { copies: [1, 1], ...load });
      }),
    );
  }

  /** So many entries in Redis. */
  async add(count: number, pace?: () => number): Promise<void> {
    await this.redisUser.bring(await this.system!.photos.takeMany(count), pace);
  }

  /** They hang up; the system goes before what it was told of. */
  async leave(): Promise<void> {
    await Promise.all(this.publishers.map((publisher) => publisher.close()));
  }

  async stop(): Promise<void> {
    await this.photoServer.stop();
    await this.sink.stop();
    await this.redis?.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async openPublishers(system: FaultSystem): Promise<void> {
    const { history, dice, brokerUrl, intakeUrl, dataDir } = system;
    const { photoServer, sink } = this;
    const urls = [brokerUrl, ...(intakeUrl === undefined ? [] : [intakeUrl])];
    const shared = { urls, history, dice, urlOf: photoServer.urlOf.bind(photoServer) };
    const callback = this.options.callbacks ? { callbackUrl: sink.url } : {};
    this.publishers = await Promise.all([
      ForeignClient.open({ name: 'named', named: true, ...shared, ...callback }),
      ForeignClient.open({ name: 'nobody', named: false, ...shared, ...callback }),
    ]);
    system.outsiders.push(...this.publishers);
    if (!this.options.callbacks) return;
    const secret = () => readFileSync(join(dataDir, 'webhook.secret'), 'utf8').trim();
    sink.expect({ history, clients: ['named', 'nobody'], secret });
    system.outsiders.push(sink);
  }
}
