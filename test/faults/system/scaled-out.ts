import type { AlbumView } from '@app/contracts';
import { inject } from 'vitest';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { PrivateS3 } from '../../support/private-s3.js';
import { s3StoreOf } from '../../support/s3-store.js';
import '../global-fault-broker.js';
import { seedOfRun } from '../env.js';
import { FaultClient } from '../clients/fault-client.js';
import type { Submission } from '../clients/history.js';
import { LiveWatcher } from '../clients/live-watcher.js';
import { AUTHORIZATION } from '../clients/operator-key.js';
import { postUntilDone } from '../clients/patient-request.js';
import { PiecewiseClient } from '../clients/piecewise-client.js';
import { FaultBroker } from './fault-broker.js';
import { FaultSystem } from './fault-system.js';
import { Front } from './front.js';

/** What asked and was not answered for so long was lost; a busy machine is not. */
const PATIENCE_MS = 60_000;
const QUORUM = { AMQP_QUEUE_TYPE: 'quorum' };

/**
 * Two API instances, workers and engines that share nothing but PostgreSQL, RabbitMQ (with quorum queues) and a
 * bucket, and an album that is watched from both instances, and through a front before them, while photos come into it in
 * pieces, each piece at the next one.
 */
export class ScaledOut {
  private constructor(
    readonly postgres: PrivatePostgres,
    readonly s3: PrivateS3,
    readonly system: FaultSystem,
    readonly broker: FaultBroker,
    readonly pieces: PiecewiseClient,
    /** Of the two instances, and of the front. */
    readonly watchers: readonly LiveWatcher[],
    readonly front: Front,
  ) {}

  static async start(scenario: string, size: { workers: number; engines?: number }): Promise<ScaledOut> {
    const [postgres, s3] = await Promise.all([PrivatePostgres.start(), PrivateS3.start()]);
    const broker = FaultBroker.adopt(inject('faultBrokerFolder'));
    const system = await FaultSystem.start({
      scenario,
      broker,
      seed: seedOfRun(),
      databaseUrl: postgres.url,
      bucket: { settings: s3.settings(), store: await s3StoreOf(s3, 'tests') },
      apis: 2,
      ...size,
      apiSettings: { ...QUORUM, INSTALLATION_SECRET: 'the-same-one-at-every-api-instance' },
      workerSettings: QUORUM,
    });
    const urls = await system.programs.clientUrls();
    const album = await postUntilDone<AlbumView>(`${urls[0]!}/v1/albums`, AUTHORIZATION, { title: scenario });
    const pieces = new PiecewiseClient(urls, album.urls.tasks, system.history);
    const front = await Front.start(urls);
    const places = [urls, urls.toReversed(), [front.url]];
    const watchers = places.map((order) => new LiveWatcher(order, `album:${album.id}`));
    await Promise.all(watchers.map((watcher) => watcher.start()));
    return new ScaledOut(postgres, s3, system, broker, pieces, watchers, front);
  }

  /** Photos that come in pieces, one after the other. Gives their task ids. */
  async submitPieces(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (const photo of await this.system.photos.takeMany(count)) {
      await this.pieces.submit(photo);
      ids.push(this.system.taskOf(photo));
    }
    return ids;
  }

  /** Several clients bring photos through the front. Gives how the requests ended that had to be made again: none, if all is well. */
  async submitThroughFront(count: number, clients: number): Promise<string[]> {
    const { system, front } = this;
    const left = await system.photos.takeMany(count);
    const { history, dice } = system;
    const submissions: Submission[] = [];
    const work = async (index: number): Promise<void> => {
      const album = index % 2 === 0;
      const client = new FaultClient({
        name: `front-${index}`,
        urls: [front.url],
        history,
        dice,
        album,
        patienceMs: PATIENCE_MS,
      });
      for (let photo = left.shift(); photo; photo = left.shift()) {
        submissions.push(await client.submit(photo, dice.pick(['person', 'building'])));
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, index) => work(index)));
    return submissions.flatMap(({ requests }) =>
      requests.flatMap(({ end }) => (end.kind === 'accepted' ? [] : [JSON.stringify(end)])),
    );
  }

  /** What the watchers missed, or heard out of order, of these tasks; they wait for the last of it. */
  async missed(taskIds: readonly string[], timeoutMs: number): Promise<string[]> {
    const deadline = Date.now() + timeoutMs;
    const missing = () =>
      this.watchers.flatMap(({ ended }) =>
        taskIds.filter((id) => !ended.has(id)).map((id) => `not told: ${id}`),
      );
    while (missing().length > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 100));
    return [...missing(), ...this.watchers.flatMap(({ disorder }) => disorder)];
  }

  async stop(): Promise<void> {
    for (const watcher of this.watchers) watcher.stop();
    await this.front.stop();
    await this.system.stop();
    await this.s3.stop();
    await this.postgres.stop();
  }
}
