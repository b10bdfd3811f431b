import { describe, expect, it } from 'vitest';
import type { EngineStatsDevice } from './engine-stats.js';
import type { NvidiaCard } from './nvidia-card.js';
import { readGpu } from './read-gpu.js';

const GB = 1_000_000_000;

const NAME = 'NVIDIA GeForce RTX 4090';

function stats(device: EngineStatsDevice) {
  const none = { vram_total: 24 * GB, vram_free: 24 * GB, torch_vram_total: 0, torch_vram_free: 0 };
  return {
    devices: [{ name: `cuda:0 ${NAME} : cudaMallocAsync`, type: 'cuda', index: 0, ...none, ...device }],
  };
}

function card(change: Partial<NvidiaCard> = {}): NvidiaCard {
  const figures = { memoryTotal: 24.3 * GB, memoryUsed: 12 * GB, utilization: 37 };
  return { index: 0, uuid: 'GPU-1', name: NAME, ...figures, processes: [], readAt: 5, ...change };
}

describe('what others hold by the word of the engine', () => {
  it.each([
    ['an empty card', {}, 0],
    ['others alone', { vram_free: 3.6 * GB }, 85],
    // 21 GB reserved, 1 GB of them unused, 2.5 GB free on the card: only the CUDA context is left for others.
    [
      'models that the engine keeps',
      { vram_free: 3.5 * GB, torch_vram_total: 21 * GB, torch_vram_free: GB },
      2,
    ],
    [
      "a reserve that PyTorch does not use, which others' cannot use either",
      { vram_free: 23 * GB, torch_vram_total: 20 * GB, torch_vram_free: 20 * GB },
      4,
    ],
    ['both', { vram_free: 2 * GB, torch_vram_total: 4 * GB, torch_vram_free: GB }, 79],
  ])('%s', (_what, device, percent) => {
    expect(readGpu(stats(device))?.othersPercent).toBe(percent);
  });
});

it('reads all of it', () => {
  const device = { vram_free: 3.5 * GB, torch_vram_total: 12 * GB, torch_vram_free: GB };
  expect(readGpu(stats(device))).toEqual({
    name: NAME,
    index: 0,
    total: 24 * GB,
    used: 21.5 * GB,
    usedPercent: 90,
    own: 12 * GB,
    ownPercent: 50,
    ownReusable: GB,
    othersPercent: 40,
    card: null,
    utilization: null,
  });
});

it.each(['cpu', 'mps'])('has nothing to guard on a %s device', (type) => {
  expect(readGpu(stats({ type, vram_free: 0 }))).toBeNull();
});

it('knows nothing of an engine that tells of no device', () => {
  expect(readGpu({ devices: [] })).toBeNull();
});

describe('a server that leaves members out or says nonsense', () => {
  const NONSENSE = [undefined, null, Number.NaN, -1, Infinity, '24', {}, [24], true];
  const MEMBERS = ['vram_total', 'vram_free', 'torch_vram_total', 'torch_vram_free'] as const;
  const rows = MEMBERS.flatMap((member) => NONSENSE.map((value) => [member, value] as const));

  it.each(rows)('%s is %s', (member, value) => {
    const reading = readGpu(stats({ [member]: value }), [card()])!;
    expect(reading).toMatchObject({
      name: NAME,
      used: null,
      othersPercent: null,
      card: null,
      utilization: null,
    });
  });

  it('has a card of no size', () => {
    expect(readGpu(stats({ vram_total: 0, vram_free: 0 }))).toMatchObject({ total: null, usedPercent: null });
  });

  it('never makes it a share that cannot be', () => {
    const odd = [0, 1, 24 * GB, 1e30, 24 * GB + 1, Number.MAX_VALUE];
    for (const vram_free of odd)
      for (const torch_vram_total of odd)
        for (const torch_vram_free of odd) {
          const reading = readGpu(stats({ vram_free, torch_vram_total, torch_vram_free }), [card()])!;
          const { usedPercent, ownPercent, othersPercent } = reading;
          for (const percent of [usedPercent, ownPercent, othersPercent, reading.card!.othersPercent]) {
            expect(percent).toBeGreaterThanOrEqual(0);
            expect(percent).toBeLessThanOrEqual(100);
          }
        }
  });
});

describe('nvidia-smi beside it', () => {
  const warm = { vram_free: 14 * GB, torch_vram_total: 8 * GB, torch_vram_free: 0 };

  it('adds how busy the card is, and counts where it knows of more', () => {
    const reading = readGpu(stats(warm), [card({ memoryUsed: 20 * GB })]);
    expect(reading).toMatchObject({
      used: 20 * GB,
      usedPercent: 83,
      othersPercent: 8,
      card: { othersPercent: 50, readAt: 5 },
      utilization: 37,
    });
  });

  it('never makes it less than the engine says', () => {
    expect(readGpu(stats(warm), [card({ memoryUsed: 1 * GB })])).toMatchObject({ used: 10 * GB });
  });

  it('tells that all on the card is the engine, where nobody else is on it', () => {
    const onnx = { vram_free: 2 * GB, torch_vram_total: 3 * GB, torch_vram_free: 0 };
    const alone = card({ memoryUsed: 22 * GB, processes: [{ pid: 1, memory: 21 * GB }] });
    expect(readGpu(stats(onnx))).toMatchObject({ ownPercent: 13, othersPercent: 79 });
    expect(readGpu(stats(onnx), [alone])).toMatchObject({
      ownPercent: 88,
      othersPercent: 4,
      card: { othersPercent: 4 },
    });
  });

  it.each<[string, NvidiaCard['processes']]>([
    [
      'two programs',
      [
        { pid: 1, memory: 18 * GB },
        { pid: 2, memory: 4 * GB },
      ],
    ],
    ['one that tells nothing', [{ pid: 1, memory: null }]],
    ['one that cannot be the engine, as it holds less', [{ pid: 1, memory: 2 * GB }]],
  ])('does not tell that of %s', (_what, processes) => {
    const onnx = { vram_free: 2 * GB, torch_vram_total: 3 * GB, torch_vram_free: 0 };
    const reading = readGpu(stats(onnx), [card({ memoryUsed: 22 * GB, processes })]);
    expect(reading).toMatchObject({ own: 3 * GB, othersPercent: 79 });
  });

  it.each<[string, NvidiaCard[]]>([
    ['another model', [card({ name: 'NVIDIA A100', memoryTotal: 40 * GB }), card({ memoryTotal: 80 * GB })]],
    ['the only card, of another size: the engine has a part of it', [card({ memoryTotal: 80 * GB })]],
    ['two of the same', [card(), card({ index: 1, uuid: 'GPU-2' })]],
    ['one that tells no total', [card({ memoryTotal: null })]],
    ['none', []],
  ])('is left aside where the card is not certain: %s', (_what, cards) => {
    expect(readGpu(stats(warm), cards)).toMatchObject({ used: 10 * GB, card: null, utilization: null });
  });

  it('finds its card among others, and the only one by its size', () => {
    const other = card({ name: 'NVIDIA A100', memoryTotal: 40 * GB, utilization: 99 });
    expect(readGpu(stats(warm), [other, card()])).toMatchObject({ utilization: 37 });
    expect(readGpu(stats(warm), [card({ name: 'RTX 4090 D' })])).toMatchObject({ utilization: 37 });
  });

  it('knows a card that does not tell its use', () => {
    const reading = readGpu(stats(warm), [card({ memoryUsed: null, utilization: null })]);
    expect(reading).toMatchObject({ used: 10 * GB, card: null, utilization: null });
  });
});
