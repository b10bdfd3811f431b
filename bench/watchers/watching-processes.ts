import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Below the 4,096 files that many systems allow a process. */
const SOCKETS_EACH = 3400;

type Answer =
  { kind: 'open' | 'marked' } | { kind: 'heard'; times: number[] } | { kind: 'lost'; code: number };

/** Processes that hold live sockets and tell when each of them has heard something. */
export class WatchingProcesses {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  /** Opens `count` sockets; each watches one of the topics, in turn. Resolves when all have got what they asked for. */
  static async open(
    url: string,
    token: string,
    topics: readonly string[],
    count: number,
  ): Promise<WatchingProcesses> {
    const children: ChildProcess[] = [];
    for (let left = count; left > 0; left -= SOCKETS_EACH) {
      const order = JSON.stringify({ url, token, topics, count: Math.min(left, SOCKETS_EACH) });
      children.push(fork(new URL('./watching-process.mjs', import.meta.url), [order]));
    }
    const watching = new WatchingProcesses(children);
    await watching.answers('open');
    return watching;
  }

  /** Does something and resolves with the milliseconds after which each socket has heard the event that follows. */
  async timesOf(event: string, work: () => Promise<unknown>): Promise<number[]> {
    const marked = this.answers('marked');
    for (const child of this.children) child.send({ event });
    await marked;
    const heard = this.answers('heard');
    const began = performance.timeOrigin + performance.now();
    await work();
    const times = (await heard).flatMap((answer) => (answer.kind === 'heard' ? answer.times : []));
    return times.map((time) => time - began);
  }

  async close(): Promise<void> {
    const ended = this.children.map((child) => once(child, 'exit'));
    for (const child of this.children) child.send({ kind: 'end' });
    await Promise.all(ended);
  }

  private answers(kind: Answer['kind']): Promise<Answer[]> {
    return Promise.all(this.children.map((child) => answerOf(child, kind)));
  }
}

function answerOf(child: ChildProcess, kind: Answer['kind']): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off('message', hear).off('exit', end);
      act();
    };
    const hear = (answer: Answer) => {
      if (answer.kind === 'lost')
        settle(() => reject(new Error(`The API closed a socket with ${answer.code}.`)));
      if (answer.kind === kind) settle(() => resolve(answer));
    };
    const end = (code: number | null) =>
      settle(() => reject(new Error(`A watching process ended with ${code}.`)));
    child.on('message', hear).once('exit', end);
  });
}
