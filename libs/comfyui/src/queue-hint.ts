/**
 * What the `status` frames, which every socket gets at every change of the queue, say about one prompt of it: that
 * it should be looked for although no frame of its own told anything. Finds what is never told to us: a prompt that
 * somebody took out of the queue, and an end whose frames were lost.
 *
 * - Nothing is left in the queue: ours is not, either.
 * - Ours runs, and the queue grew shorter: it ended (one runs at a time), or another was taken out.
 * - Ours waits, and only one is left: it starts now, or it is that other one's turn, and ours is gone.
 *
 * Prompts that come and go behind ours hide it; looking from time to time finds it then.
 */
export class QueueHint {
  private last: number | null = null;
  private isFirst = true;

  /**
   * What the socket had heard when the engine's acceptance came. Mostly where the queue stood before, but a prompt that
   * is taken out at once may be gone by then: an empty queue is a hint until `hear` says what followed.
   */
  early(queueRemaining: number): 'look' | 'wait' {
    this.last = queueRemaining;
    return queueRemaining === 0 ? 'look' : 'wait';
  }

  /**
   * `look`: the prompt should be looked for, unless a frame of its own explains the change in a moment. `wait`: what was
   * said before is explained. Null: nothing new.
   */
  hear(queueRemaining: number, isRunning: boolean): 'look' | 'wait' | null {
    const { last, isFirst } = this;
    this.last = queueRemaining;
    this.isFirst = false;
    if (queueRemaining === 0) return 'look';
    if (isFirst) return 'wait';
    const grewShorter = last !== null && queueRemaining < last;
    return grewShorter && (isRunning || queueRemaining === 1) ? 'look' : null;
  }
}
