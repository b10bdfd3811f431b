import type { OverviewView } from '@app/contracts';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { CauseMemory } from './causes/cause-memory.js';
import { toCauses, toCauseView } from './causes/to-causes.js';
import { DatabaseFigures } from './database-figures.js';
import { Situations } from './situations.js';
import { Surroundings } from './surroundings.js';
import { WaitingFigures } from './waiting-figures.js';

/** Also while nobody looks: so a cause knows since when it is there. */
const LOOK_EVERY_MS = 15_000;
/** One look serves all who ask within so long. */
const KEPT_MS = 1_000;

/** Everything at a glance, and why photos do not flow. */
@Injectable()
export class Overview implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly memory = new CauseMemory();
  private readonly work: RepeatedWork;
  private latest: { at: number; view: Promise<OverviewView> } | undefined;

  constructor(
    private readonly figures: DatabaseFigures,
    private readonly waiting: WaitingFigures,
    private readonly surroundings: Surroundings,
    private readonly situations: Situations,
    @Inject(LOGGER) logger: Logger,
  ) {
    const look = async () => void (await this.read());
    this.work = new RepeatedWork(look, {
      name: 'overview',
      everyMs: LOOK_EVERY_MS,
      firstAfterMs: LOOK_EVERY_MS,
      logger,
    });
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** At most a second old. */
  async read(): Promise<OverviewView> {
    const now = performance.now();
    if (this.latest === undefined || now - this.latest.at >= KEPT_MS) {
      this.latest = { at: now, view: this.look() };
    }
    return this.latest.view;
  }

  private async look(): Promise<OverviewView> {
    const [{ figures, database }, storage, parked] = await Promise.all([
      this.figures.read(),
      this.surroundings.storage(),
      this.surroundings.parked(),
    ]);
    const situation = await this.situations.with(figures, database, storage);
    const causes = this.memory.remember(toCauses(situation), situation.now);
    return {
      at: new Date(situation.now).toISOString(),
      types: figures.types,
      causes: causes.map(toCauseView),
      broker: this.surroundings.broker,
      storage,
      deliveries: { pending: figures.deliveries.pending, failed_last_hour: figures.deliveries.failed },
      parked,
      outbox: this.surroundings.handOvers(figures.outbox, this.waiting.held),
    };
  }
}
