import { bytesIn, type EngineStats } from './engine-stats.js';

/** What an engine works on. Memory is in bytes, of a machine without GPU the system's; null where the engine is unclear. */
export interface EngineDevice {
  /** As people call it, at most 100 characters: `NVIDIA GeForce RTX 4090`, `cpu`. */
  name: string;
  isGpu: boolean;
  memoryTotal: number | null;
  memoryFree: number | null;
}

/** ComfyUI calls a card `cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync` (v0.27.1). */
const CARD = /^[a-z]+:\d+ (.+?)(?: : \S+)?$/;

const WITHOUT_GPU = 'cpu';

/** The device that an engine works on: the first one that it tells of. Null where it tells of none. */
export function engineDevice({ devices }: EngineStats): EngineDevice | null {
  const device = devices[0];
  if (!device) return null;
  return {
    name: deviceName(device.name),
    isGpu: device.type !== WITHOUT_GPU,
    memoryTotal: bytesIn(device.vram_total),
    memoryFree: bytesIn(device.vram_free),
  };
}

/** A device's name as people call it, at most 100 characters; `unknown` where the engine has none for it. */
export function deviceName(said: unknown): string {
  const name = typeof said === 'string' && said !== '' ? said : 'unknown';
  return (CARD.exec(name)?.[1] ?? name).slice(0, 100);
}
