import { describe, expect, it } from 'vitest';
import { engineDevice } from './engine-device.js';
import type { EngineStatsDevice } from './engine-stats.js';

const statsOf = (...devices: EngineStatsDevice[]) => ({ devices });
const memory = { vram_total: 24e9, vram_free: 8e9 };

describe('engineDevice', () => {
  it.each([
    ['cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync', 'NVIDIA GeForce RTX 4090'],
    ['cuda:1 NVIDIA H100 80GB HBM3 : native', 'NVIDIA H100 80GB HBM3'],
    ['xpu:0 Intel(R) Arc(TM) A770', 'Intel(R) Arc(TM) A770'],
    ['privateuseone:0', 'privateuseone:0'],
    [`cuda:0 ${'x'.repeat(300)}`, 'x'.repeat(100)],
  ])('calls %s as people do', (name, expected) => {
    const device = engineDevice(statsOf({ name, type: 'cuda', ...memory }));
    expect(device).toEqual({ name: expected, isGpu: true, memoryTotal: 24e9, memoryFree: 8e9 });
  });

  it('knows a machine without a GPU, and one that tells of no device', () => {
    expect(engineDevice(statsOf({ name: 'cpu', type: 'cpu', ...memory }))).toMatchObject({
      name: 'cpu',
      isGpu: false,
    });
    expect(engineDevice(statsOf())).toBeNull();
  });

  it.each<[EngineStatsDevice]>([
    [{}],
    [{ name: '', vram_total: -1, vram_free: Number.NaN }],
    [{ name: 7, vram_total: '24', vram_free: null }],
  ])('can do without a name and figures: %j', (said) => {
    const device = engineDevice(statsOf({ type: 'cuda', ...said }));
    expect(device).toEqual({ name: 'unknown', isGpu: true, memoryTotal: null, memoryFree: null });
  });

  it('takes the first, which is the one that works', () => {
    const first = { name: 'cuda:0 A : x', type: 'cuda', ...memory };
    expect(engineDevice(statsOf(first, { ...first, name: 'cuda:1 B : x' }))?.name).toBe('A');
  });
});
