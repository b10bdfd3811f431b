import { createLogger } from '@app/runtime';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../../apps/engine/src/create-engine.js';
import { enginePictures } from './engine-pictures.js';
import { StampingColouriser } from './stamping-colouriser.js';

/** The built-in engine in this process, with a colouriser whose results tell of which photo they were made. */
export class FaultEngine {
  private constructor(
    readonly colouriser: StampingColouriser,
    readonly url: string,
    private readonly engine: Engine,
    private readonly folder: string,
  ) {}

  static async start(): Promise<FaultEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-fault-engine-'));
    const colouriser = new StampingColouriser();
    const logger = createLogger('fault-engine', 'silent');
    // No cache: what is run twice has to be seen twice.
    const engine = await createEngine({ dir: folder, colouriser, logger, cacheBytes: 0 });
    const port = await engine.listen(0, '127.0.0.1');
    return new FaultEngine(colouriser, `http://127.0.0.1:${port}`, engine, folder);
  }

  /** The names of all pictures that it keeps. */
  pictures(): Promise<string[]> {
    return enginePictures(this.folder);
  }

  /** How often it worked on a photo, by its number. */
  runs(): ReadonlyMap<number, number> {
    return this.colouriser.runs;
  }

  async stop(): Promise<void> {
    await this.engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
