import { createLogger } from '@app/runtime';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createEngine, type Engine } from '../../../apps/engine/src/create-engine.js';
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

  /**
   * The names of all pictures that it keeps. One of a single pixel is none: ComfyUI's protocol knows no way to delete a
   * file, so that is what is put in the place of one that is erased.
   */
  async pictures(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.png'));
    const widths = await Promise.all(files.map(({ parentPath, name }) => widthOf(join(parentPath, name))));
    return files.filter((_, index) => widths[index]! > 1).map(({ name }) => name);
  }

  async stop(): Promise<void> {
    await this.engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** 0 for a file that was replaced at this moment. */
async function widthOf(path: string): Promise<number> {
  return sharp(path)
    .metadata()
    .then(
      ({ width }) => width,
      () => 0,
    );
}
