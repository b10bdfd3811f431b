import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Driven, Driver } from './driver.js';
import { PEER_PACKAGE, peerPackage } from './peer-package.js';
import type { Pictures } from './pictures.js';
import { GRAPH } from './person-graph.js';

export interface PeerSettings {
  name: string;
  /** The pool's `EQueueMode`. PICK_ZERO, the default, gives an engine the next job once it has nothing left. */
  mode: 'PICK_ZERO' | 'PICK_LOWEST';
  /** Jobs that may be under way for each engine; as many as the pool likes where it is left out. */
  atOnce?: number;
  /** Of the engines, by which it is known when a call has taken too long. */
  promptMs: number;
}

const ALL = 1_000;

/** The peer in a process of its own: one for all of its settings. */
export class PeerDrivers {
  private readonly ended: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The peer's process ended with ${code}.`);
    });
    this.ended.catch(() => undefined);
  }

  static async start({ photoFile, resultFile }: Pictures): Promise<PeerDrivers> {
    const folder = await peerPackage();
    const order = JSON.stringify({ name: PEER_PACKAGE, folder, photoFile, resultFile, graph: GRAPH });
    const child = fork(new URL('./peer-process.mjs', import.meta.url), [order]);
    await once(child, 'message');
    return new PeerDrivers(child);
  }

  driver({ name, mode, atOnce = ALL, promptMs }: PeerSettings): Driver {
    // Far beyond what a call takes that ends.
    const limitMs = 3_000 + 10 * promptMs;
    return {
      name,
      drive: async (urls, photos) => {
        const answered = once(this.child, 'message') as Promise<[Driven | { error: string }]>;
        this.child.send({ urls, photos, mode, atOnce: atOnce * urls.length, limitMs });
        const [answer] = await Promise.race([answered, this.ended]);
        if ('error' in answer) throw new Error(`The peer failed: ${answer.error}`);
        return answer;
      },
    };
  }

  async close(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.ended.catch(() => undefined);
  }
}
