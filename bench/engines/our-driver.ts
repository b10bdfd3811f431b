import { runPrompt } from '@app/comfyui';
import { createLogger } from '@app/runtime';
import { loadCatalog } from '@app/workflow-catalog';
import { setTimeout as sleep } from 'node:timers/promises';
import { v4 as uuidv4 } from 'uuid';
import { EngineLanes } from '../../apps/worker/src/engines/engine-lanes.js';
import { Engines } from '../../apps/worker/src/engines/engines.js';
import { RunMetrics } from '../../apps/worker/src/metrics/run-metrics.js';
import { readEnv } from '../../apps/worker/src/env.js';
import type { Driven, Driver } from './driver.js';
import { GRAPH } from './person-graph.js';
import type { Pictures } from './pictures.js';

const TASK_TYPE = 'person';
const LIMITS = { queuedMs: 60_000, runMs: 60_000, silentMs: 60_000 };
const LOOK_EVERY_MS = 5;
const GIVE_UP_MS = 60_000;

/** The worker's lanes and our client, without what comes before and after them in a worker. */
export class OurDriver implements Driver {
  readonly name: string;

  constructor(
    private readonly pictures: Pictures,
    private readonly settings: { name: string; lookahead: number },
  ) {
    this.name = settings.name;
  }

  readonly drive = async (urls: readonly string[], photos: number): Promise<Driven> => {
    const { engines, lanes } = await this.open(urls);
    const cpu = process.cpuUsage();
    const results: Promise<boolean>[] = [];
    let left = photos;
    const keepBusy = async () => {
      while (left-- > 0) {
        await new Promise<void>((resolve) => {
          results.push(this.colour(lanes, resolve).finally(resolve));
        });
      }
    };
    const places = urls.length * (1 + this.settings.lookahead);
    await Promise.all(Array.from({ length: places }, keepBusy));
    const succeeded = (await Promise.all(results)).filter(Boolean).length;
    const { user, system } = process.cpuUsage(cpu);
    await engines.onApplicationShutdown();
    return { succeeded, failed: photos - succeeded, cpuMs: (user + system) / 1000 };
  };

  private async open(urls: readonly string[]): Promise<{ engines: Engines; lanes: EngineLanes }> {
    const env = readEnv({
      COMFYUI_URLS: urls.join(','),
      TASK_TYPES: TASK_TYPE,
      // Its prompt would be counted.
      ENGINE_WARM_UP: 'false',
      WORKER_LOOKAHEAD: String(this.settings.lookahead),
    });
    const logger = createLogger('bench', 'error');
    const engines = new Engines(env, logger, loadCatalog('workflows'), new RunMetrics());
    const lanes = new EngineLanes(logger, engines);
    engines.onApplicationBootstrap();
    const deadline = Date.now() + GIVE_UP_MS;
    while (lanes.room.running < urls.length) {
      if (Date.now() > deadline) throw new Error(`No place in the engines: ${engines.whyNone}`);
      await sleep(LOOK_EVERY_MS);
    }
    return { engines, lanes };
  }

  /** One photo; `onLeft` is called when its place is free for the next, which is before its result is there. */
  private async colour(lanes: EngineLanes, onLeft: () => void): Promise<boolean> {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    const lane = await lanes.take({ taskType: TASK_TYPE }, signal, Date.now() + GIVE_UP_MS);
    try {
      const { client } = lane.engine;
      const name = `${uuidv4()}.png`;
      const graph = structuredClone(GRAPH);
      graph['11'].inputs.image = await client.upload(this.pictures.photo, name, signal);
      graph['12'].inputs.filename_prefix = name;
      const { images } = await runPrompt(client, {
        // A link is an array of two, which the literal's type does not say.
        graph: graph as never,
        promptId: uuidv4(),
        outputNodeId: '12',
        signal,
        limits: LIMITS,
        turn: lane.turn,
        onProgress: ({ stage }) => {
          if (stage === 'running') lane.started();
        },
        onLeft: () => {
          lane.leave();
          onLeft();
        },
      });
      lane.engine.succeeded(TASK_TYPE);
      return this.pictures.result.equals(images[0]!.data);
    } finally {
      lane.leave();
    }
  }
}
