import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enginePictures } from '../engine/engine-pictures.js';
import { AppProcess } from './app-process.js';

/** Built-in engines in processes of their own, which can be killed; each photo gets the colours that only it can have. */
export class EngineProcesses {
  private constructor(
    readonly all: readonly AppProcess[],
    private readonly folder: string,
    private readonly runsFile: string,
  ) {}

  /** Starts so many of them, with their folders below `folder` and their logs in `logs`; resolves once they answer. */
  static async start(
    count: number,
    { folder, logs }: { folder: string; logs: string },
  ): Promise<EngineProcesses> {
    const runsFile = join(folder, 'engine-runs');
    const names = Array.from({ length: count }, (_, index) => `engine-${index + 1}`);
    const all = await Promise.all(
      names.map((name) =>
        AppProcess.start({
          name,
          app: 'engine',
          logFile: join(logs, `${name}.log`),
          preload: ['./test/faults/preload/stamping-engine.mjs'],
          settings: {
            ENGINE_DIR: join(folder, 'engines', name),
            ENGINE_RUNS_FILE: runsFile,
            LOG_LEVEL: 'info',
          },
        }),
      ),
    );
    await Promise.all(all.map((engine) => engine.untilLive()));
    return new EngineProcesses(all, join(folder, 'engines'), runsFile);
  }

  get urls(): string[] {
    return this.all.map(({ url }) => url);
  }

  /** The names of all pictures that they keep. */
  pictures(): Promise<string[]> {
    return enginePictures(this.folder);
  }

  /** How often they worked on a photo, all together, by its number. */
  runs(): ReadonlyMap<number, number> {
    const runs = new Map<number, number>();
    if (!existsSync(this.runsFile)) return runs;
    for (const line of readFileSync(this.runsFile, 'utf8').split('\n').filter(Boolean)) {
      runs.set(Number(line), (runs.get(Number(line)) ?? 0) + 1);
    }
    return runs;
  }

  async remove(): Promise<void> {
    await Promise.all(this.all.map((engine) => engine.remove()));
  }
}
