import { describe, expect, it } from 'vitest';
import { gpuMemoryHeldByOthers } from './gpu-memory.js';
import type { DeviceInfo, SystemStats } from './protocol.js';

const GB = 1_000_000_000;

function stats(device: Partial<DeviceInfo>): SystemStats {
  const none = { vram_total: 24 * GB, vram_free: 24 * GB, torch_vram_total: 0, torch_vram_free: 0 };
  return { devices: [{ name: 'cuda:0', type: 'cuda', index: 0, ...none, ...device }] } as SystemStats;
}

describe('gpuMemoryHeldByOthers', () => {
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
    expect(gpuMemoryHeldByOthers(stats(device))).toBe(percent);
  });

  it.each(['cpu', 'mps'])('says nothing about a %s device', (type) => {
    expect(gpuMemoryHeldByOthers(stats({ type, vram_free: 0 }))).toBeNull();
  });

  it('says nothing where the engine does not', () => {
    expect(gpuMemoryHeldByOthers({ ...stats({}), devices: [] })).toBeNull();
    expect(gpuMemoryHeldByOthers(stats({ vram_total: 0, vram_free: 0 }))).toBeNull();
  });
});
