import { beforeEach, describe, expect, it } from 'vitest';
import type { GpuReading } from './gpu-reading.js';
import { MemoryGate } from './memory-gate.js';
import type { NvidiaCard } from './nvidia-card.js';
import { readGpu } from './read-gpu.js';

const TOTAL = 24 * 1024 ** 3;
let now: number;

beforeEach(() => void (now = 0));

const gateOf = (thresholdPercent = 80, hysteresisPercent?: number) =>
  new MemoryGate({
    thresholdPercent,
    now: () => now,
    ...(hysteresisPercent !== undefined && { hysteresisPercent }),
  });

/** A card by the shares that are held of it, in percent. */
function reading(held: { others?: number; own?: number; card?: number }): GpuReading {
  const { others = 0, own = 0, card } = held;
  const bytes = (percent: number) => (percent / 100) * TOTAL;
  const device = {
    name: 'cuda:0 NVIDIA : native',
    type: 'cuda',
    vram_total: TOTAL,
    vram_free: bytes(100 - others - own),
    torch_vram_total: bytes(own),
    torch_vram_free: 0,
  };
  const seen: NvidiaCard[] =
    card === undefined
      ? []
      : [
          {
            index: 0,
            uuid: 'GPU-1',
            name: 'NVIDIA',
            memoryTotal: TOTAL,
            memoryUsed: bytes(card),
            utilization: 0,
            processes: [],
            readAt: now,
          },
        ];
  return readGpu({ devices: [device] }, seen)!;
}

/** Numbers from 0 to below 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
const SEED = Math.trunc(Math.random() * 2 ** 31);

describe('the gate', () => {
  it('closes above the threshold, and opens below the threshold less the hysteresis', () => {
    const gate = gateOf();
    const opens = [79, 80, 81, 80, 75, 74, 80, 81, 76, 10].map((others) => {
      return gate.judge(reading({ others }), true).open;
    });
    expect(opens).toEqual([true, true, false, false, false, true, true, false, false, true]);
  });

  it('says why in words for people', () => {
    const gate = gateOf();
    expect(gate.judge(reading({ others: 83, own: 8 }), false)).toEqual({
      open: false,
      usedPercent: 83,
      reason:
        'waiting for GPU memory: 91 % of the 24 GB are used, 83 % by other programs than the engine (limit 80 %)',
      freeFirst: false,
    });
    expect(gate.judge(reading({ others: 77 }), false).reason).toContain('(it goes on below 75 %)');
    expect(gate.judge(reading({ others: 70 }), false)).toMatchObject({ open: true, reason: null });
  });

  it('can be opened again, however low its threshold', () => {
    for (const threshold of [1, 2, 5]) {
      const gate = gateOf(threshold);
      expect(gate.judge(reading({ others: 50 }), true).open).toBe(false);
      expect(gate.judge(reading({}), true).open).toBe(true);
    }
  });

  it('is open where nothing is known of the memory', () => {
    const gate = gateOf();
    const unknown = readGpu({ devices: [{ name: 'cuda:0 X', type: 'cuda', vram_total: TOTAL }] });
    gate.judge(reading({ others: 90 }), true);
    const open = { open: true, usedPercent: null, reason: null, freeFirst: false };
    expect(gate.judge(unknown, true)).toEqual(open);
    expect(gate.judge(null, true)).toEqual(open);
  });
});

describe('asking the engine to free what it keeps', () => {
  it('is worth it where it is closed and nothing runs, once a minute, and it says so', () => {
    const gate = gateOf();
    const full = reading({ others: 90 });
    expect(gate.judge(full, false).freeFirst).toBe(false);
    expect(gate.judge(full, true).freeFirst).toBe(true);
    gate.freeAsked();
    now = 59_999;
    const asked = gate.judge(full, true);
    expect(asked.freeFirst).toBe(false);
    expect(asked.reason).toContain('; the engine was asked to free what it keeps');
    now = 60_000;
    expect(gate.judge(full, true).freeFirst).toBe(true);
  });

  it('is worth it before a task of another type where its own models fill the card', () => {
    const gate = gateOf();
    expect(gate.judge(reading({ own: 81 }), true)).toMatchObject({ open: true, freeFirst: true });
    expect(gate.judge(reading({ own: 81 }), false).freeFirst).toBe(false);
    expect(gate.judge(reading({ own: 80 }), true).freeFirst).toBe(false);
  });
});

describe('the word of nvidia-smi', () => {
  const look = (gate: MemoryGate, card: number, own = 0) => {
    now += 2_000;
    return gate.judge(reading({ others: 5, own, card }), true);
  };

  it('closes the gate when it lasts, and opens it at once', () => {
    const gate = gateOf();
    expect([90, 91, 92, 20].map((card) => look(gate, card).open)).toEqual([true, true, false, true]);
    expect(look(gate, 90).usedPercent).toBe(20);
  });

  it('counts once, however often it is looked at', () => {
    const gate = gateOf();
    now = 1;
    for (let times = 0; times < 10; times++) {
      expect(gate.judge(reading({ others: 5, card: 95 }), true).open).toBe(true);
    }
  });

  it('counts anew after it was away', () => {
    const gate = gateOf();
    look(gate, 95);
    look(gate, 95);
    gate.judge(reading({ others: 5 }), true);
    expect([look(gate, 95).open, look(gate, 95).open, look(gate, 95).open]).toEqual([true, true, false]);
  });
});

describe(`whatever happens (seed ${SEED})`, () => {
  it('stays as it is inside the band', () => {
    const random = randomOf(SEED);
    for (let run = 0; run < 300; run++) {
      const threshold = 1 + Math.floor(random() * 100);
      const hysteresis = Math.floor(random() * 20);
      const gate = gateOf(threshold, hysteresis);
      let before = gate.judge(reading({ others: random() * 100 }), true).open;
      for (let step = 0; step < 50; step++) {
        const verdict = gate.judge(reading({ others: random() * 100 }), random() < 0.5);
        const usedPercent = verdict.usedPercent!;
        const opensBelow = threshold - Math.min(hysteresis, threshold / 2);
        const isInBand = usedPercent <= threshold && usedPercent >= opensBelow;
        expect(verdict.open).toBe(isInBand ? before : usedPercent < opensBelow);
        expect(verdict.reason === null).toBe(verdict.open);
        before = verdict.open;
      }
    }
  });

  it('more in the hands of others never opens it', () => {
    const random = randomOf(SEED);
    for (let run = 0; run < 300; run++) {
      const [less, more] = [gateOf(), gateOf()];
      for (let step = 0; step < 50; step++) {
        const own = random() * 30;
        const others = random() * 70;
        const further = others + random() * (70 - others);
        const verdict = less.judge(reading({ others, own }), true);
        const worse = more.judge(reading({ others: further, own }), true);
        expect(worse.usedPercent!).toBeGreaterThanOrEqual(verdict.usedPercent!);
        expect(verdict.open || !worse.open).toBe(true);
      }
    }
  });

  it('what the engine holds itself never closes it, also where nvidia-smi has looked a moment before', () => {
    const random = randomOf(SEED);
    for (let run = 0; run < 300; run++) {
      const gate = gateOf();
      const context = random() * 10;
      let own = random() * 90;
      for (let step = 0; step < 100; step++) {
        // A model is loaded, is kept for many looks, and is freed.
        const before = own;
        if (random() < 0.2) own = random() * (100 - context);
        now += 2_000;
        const verdict = gate.judge(reading({ others: context, own, card: before + context }), true);
        expect(verdict).toMatchObject({ open: true, reason: null });
      }
    }
  });
});
