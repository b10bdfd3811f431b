export { engineDevice, type EngineDevice } from './engine-device.js';
export type { EngineStats, EngineStatsDevice } from './engine-stats.js';
export type { GpuReading } from './gpu-reading.js';
export { MemoryGate, type MemoryGateOptions, type MemoryVerdict } from './memory-gate.js';
export type { NvidiaCard, NvidiaProcess } from './nvidia-card.js';
export { NvidiaSmi, type NvidiaSmiOptions } from './nvidia-smi.js';
export { readGpu } from './read-gpu.js';
export { isOnThisMachine } from './same-machine.js';
