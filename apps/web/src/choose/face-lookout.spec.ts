import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaceLookout } from './face-lookout.js';

/** A worker whose answers the test gives. */
class WorkerInHand extends EventTarget {
  readonly asked: Blob[] = [];
  isEnded = false;
  postMessage(photo: Blob): void {
    this.asked.push(photo);
  }
  terminate(): void {
    this.isEnded = true;
  }
  answer(sight: string): void {
    this.dispatchEvent(new MessageEvent('message', { data: sight }));
  }
  die(): void {
    this.dispatchEvent(new Event('error'));
  }
}

const workers: WorkerInHand[] = [];
const photo = new Blob(['x']);
let lookout: FaceLookout;

beforeEach(() => {
  vi.useFakeTimers();
  workers.length = 0;
  lookout = new FaceLookout(
    () => {
      const worker = new WorkerInHand();
      workers.push(worker);
      return worker;
    },
    () => Date.now(),
  );
});
afterEach(() => vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('a look', () => {
  it('is one at a time', async () => {
    const sights = Promise.all([lookout.look(photo), lookout.look(photo)]);
    await settled();
    expect(workers[0]!.asked).toHaveLength(1);
    workers[0]!.answer('face');
    await settled();
    expect(workers[0]!.asked).toHaveLength(2);
    workers[0]!.answer('no_face');
    expect(await sights).toEqual(['face', 'no_face']);
    expect(workers).toHaveLength(1);
  });

  it('that takes too long is unknown, and the next photo gets another worker', async () => {
    const slow = lookout.look(photo);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await slow).toBe('unknown');
    expect(workers[0]!.isEnded).toBe(true);
    const next = lookout.look(photo);
    await settled();
    workers[1]!.answer('face');
    expect(await next).toBe('face');
  });

  it('gets less time once the model is there', async () => {
    const first = lookout.look(photo);
    await settled();
    workers[0]!.answer('face');
    await first;
    const slow = lookout.look(photo);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await slow).toBe('unknown');
  });

  it('that the browser cannot make is no failure of the worker', async () => {
    for (let count = 0; count < 3; count += 1) {
      const sight = lookout.look(photo);
      await settled();
      workers[0]!.answer('unknown');
      expect(await sight).toBe('unknown');
    }
    expect(workers).toHaveLength(1);
  });
});

describe('a device that cannot look', () => {
  const failTwice = async () => {
    for (const at of [0, 1]) {
      const sight = lookout.look(photo);
      await settled();
      workers[at]!.die();
      await sight;
    }
  };

  it('is left alone after two failures, so that photos do not wait for it', async () => {
    await failTwice();
    expect(await lookout.look(photo)).toBe('unknown');
    expect(workers).toHaveLength(2);
  });

  it('is asked again some minutes later', async () => {
    await failTwice();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    const sight = lookout.look(photo);
    await settled();
    workers[2]!.answer('face');
    expect(await sight).toBe('face');
  });

  it('may have no module workers at all', async () => {
    const old = new FaceLookout(() => {
      throw new TypeError('no');
    });
    expect(await old.look(photo)).toBe('unknown');
  });
});

it('lets the worker go when no photo comes', async () => {
  const sight = lookout.look(photo);
  await settled();
  workers[0]!.answer('face');
  await sight;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(workers[0]!.isEnded).toBe(true);
});
