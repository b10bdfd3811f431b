import type { SystemStats } from './protocol.js';

/** GPUs have memory of their own; what else ComfyUI calls a device works in the system's. */
const WITHOUT_OWN_MEMORY = ['cpu', 'mps'];

/**
 * How much of the engine's GPU memory others than the engine hold, in percent of the whole (0-100, rounded); null
 * where it has no GPU. Others are a second ComfyUI on the same card, a training run, a process that was not ended.
 *
 * What the engine's own PyTorch holds does not count: results in the making, models that ComfyUI keeps and unloads
 * when it needs the room, and PyTorch's cache. It runs one prompt at a time, so none of it stands in the way of the
 * next. What a node allocates outside of PyTorch looks like others' (`ComfyClient.free` makes nodes let go of it).
 *
 * From ComfyUI v0.27.1: `vram_free` = free on the card + unused in PyTorch's reserve (`torch_vram_free`);
 * `torch_vram_total` = PyTorch's whole reserve. The first device is the one it works on.
 */
export function gpuMemoryHeldByOthers({ devices }: SystemStats): number | null {
  const device = devices[0];
  if (!device || WITHOUT_OWN_MEMORY.includes(device.type)) return null;
  const { vram_total, vram_free, torch_vram_total, torch_vram_free } = device;
  const freeOnCard = vram_free - torch_vram_free;
  const percent = Math.round((100 * (vram_total - freeOnCard - torch_vram_total)) / vram_total);
  return Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : null;
}
