import type { SystemStats } from './protocol.js';

/** What an engine works on. Memory is in bytes; of a machine without GPU it is the system's. */
export interface EngineDevice {
  /** As people call it, at most 100 characters: `NVIDIA GeForce RTX 4090`, `cpu`. */
  name: string;
  isGpu: boolean;
  memoryTotal: number;
  memoryFree: number;
}

/** ComfyUI calls a card `cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync` (v0.27.1). */
const CARD = /^[a-z]+:\d+ (.+?)(?: : \S+)?$/;

const WITHOUT_GPU = 'cpu';

/** The device that an engine works on: the first one that it tells of. Null where it tells of none. */
export function engineDevice({ devices }: SystemStats): EngineDevice | null {
  const device = devices[0];
  if (!device) return null;
  // Only what the gate needs of this answer has been checked.
  const said: unknown = device.name;
  const name = typeof said === 'string' && said !== '' ? said : 'unknown';
  return {
    name: (CARD.exec(name)?.[1] ?? name).slice(0, 100),
    isGpu: device.type !== WITHOUT_GPU,
    memoryTotal: Math.max(0, device.vram_total),
    memoryFree: Math.max(0, device.vram_free),
  };
}
