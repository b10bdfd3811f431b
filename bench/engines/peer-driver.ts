import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Driven, Driver } from './driver.js';
import { peerPackage } from './peer-package.js';
import type { Pictures } from './pictures.js';
import { GRAPH } from './person-graph.js';

export interface PeerSettings {
  name: string;
  /** The pool's `EQueueMode`. PICK_ZERO, the default, gives an engine the next job once it has nothing left. */
  mode: 'PICK_ZERO' | 'PICK_LOWEST';
  /** Jobs that may be under way for each engine. */
  atOnce: number;
}

/** A call that has not ended by then never will; the longest load takes less. */
const CALL_LIMIT_MS = 30_000;

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
    const order = JSON.stringify({ folder, photoFile, resultFile, graph: GRAPH });
    const child = fork(new URL('./peer-process.mjs', import.meta.url), [order]);
    await once(child, 'message');
    return new PeerDrivers(child);
  }

  driver({ name, mode, atOnce }: PeerSettings): Driver {
    return {
      name,
      drive: async (urls, photos) => {
        const answered = once(this.child, 'message') as Promise<[Driven | { error: string }]>;
        this.child.send({ urls, photos, mode, atOnce: atOnce * urls.length, limitMs: CALL_LIMIT_MS });
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
