import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@app/runtime';
import type { Colouriser, ColouriseOptions, RgbImage } from '../../apps/engine/src/colour/colouriser.js';
import { createEngine, type EngineOptions } from '../../apps/engine/src/create-engine.js';
import { Gate } from './gate.js';

/** A built-in engine in this process, on a free port of loopback, with a folder of its own. */
export interface TestEngine {
  url: string;
  port: number;
  dir: string;
  colouriser: GatedColouriser;
  /** Ends it. Its folder stays, for a next engine; `remove` deletes it. */
  close(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts an engine whose colouriser is a `GatedColouriser`. `dir` and `port` bring one back after `close`. */
export async function startEngine(
  options: Partial<Omit<EngineOptions, 'colouriser'>> & { port?: number } = {},
): Promise<TestEngine> {
  const { port: wantedPort = 0, ...engineOptions } = options;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'photo-repair-test-engine-')));
  const colouriser = new GatedColouriser();
  const logger = createLogger('test-engine', 'silent');
  const engine = await createEngine({ logger, ...engineOptions, dir, colouriser });
  const port = await engine.listen(wantedPort, '127.0.0.1');
  const close = () => engine.close();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dir,
    colouriser,
    close,
    remove: async () => {
      await close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Lays orange over every picture, so that one can still see what it is of: at once, or, while `hold` is in force, only
 * when `release` is called.
 */
export class GatedColouriser implements Colouriser {
  readonly colouring = 'preview';
  /** How often it was asked for a picture. */
  calls = 0;
  /** Pictures that it is at now. */
  busy = 0;
  private gate: Gate | undefined;

  hold(): void {
    this.gate = new Gate();
  }

  release(): void {
    this.gate?.open();
    this.gate = undefined;
  }

  async colourise(image: RgbImage, { signal, onProgress }: ColouriseOptions): Promise<RgbImage> {
    this.calls += 1;
    this.busy += 1;
    try {
      onProgress(0.5);
      if (this.gate) await Promise.race([this.gate.opened, aborted(signal)]);
      signal.throwIfAborted();
    } finally {
      this.busy -= 1;
    }
    const data = new Uint8Array(image.data.length);
    for (let at = 0; at < data.length; at += 3) {
      const light = image.data[at]!;
      data.set([light, light >> 1, 0], at);
    }
    onProgress(1);
    return { ...image, data };
  }

  async close(): Promise<void> {
    this.release();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
