import type { QueueItem } from '@app/comfyui';
import { beforeEach, describe, expect, it } from 'vitest';
import { StandingQueue } from './standing-queue.js';

describe('StandingQueue', () => {
  let nowMs: number;
  let standing: StandingQueue;
  let running: QueueItem[];
  let questions: number;
  const item: QueueItem = [0, 'a', {}, {}, []];
  const client = {
    queue: () => {
      questions += 1;
      return Promise.resolve({ queue_running: running, queue_pending: [item] });
    },
  };

  beforeEach(() => {
    nowMs = 5_000;
    questions = 0;
    running = [];
    standing = new StandingQueue(() => nowMs);
  });

  /** Looks every 2 s for so long. */
  async function lookFor(ms: number, remaining: number, isOursRunning = false): Promise<void> {
    for (const end = nowMs + ms; nowMs < end; nowMs += 2_000) {
      await standing.look(client, { remaining, isOursRunning }, new AbortController().signal);
    }
  }

  it('is found where prompts wait and none runs for 10 s', async () => {
    await lookFor(12_000, 2);
    expect(standing.isSick).toBe(false);
    await lookFor(4_000, 2);
    expect(standing.isSick).toBe(true);
  });

  it('is well again with the first move in it', async () => {
    await lookFor(20_000, 2);
    expect(standing.isSick).toBe(true);
    await lookFor(2_000, 0);
    expect(standing.isSick).toBe(false);
  });

  it('is never asked for while it is empty, moves, or runs one of ours', async () => {
    await lookFor(30_000, 0);
    for (let remaining = 1; remaining < 20; remaining++) await lookFor(2_000, remaining);
    await lookFor(60_000, 3, true);
    expect(questions).toBe(0);
  });

  it("takes somebody else's long prompt for what it is, and asks about it rarely", async () => {
    running = [item];
    await lookFor(60_000, 1);
    expect(standing.isSick).toBe(false);
    expect(questions).toBeLessThanOrEqual(6);
    running = [];
    await lookFor(30_000, 1);
    expect(standing.isSick).toBe(true);
  });
});
