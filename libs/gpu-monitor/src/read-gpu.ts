import { deviceName } from './engine-device.js';
import { bytesIn, type EngineStats } from './engine-stats.js';
import type { GpuReading } from './gpu-reading.js';
import { matchCard } from './match-card.js';
import type { NvidiaCard } from './nvidia-card.js';

/** GPUs have memory of their own; what else ComfyUI calls a device works in the system's. */
const WITHOUT_OWN_MEMORY: readonly unknown[] = ['cpu', 'mps'];

/**
 * The memory of the GPU that an engine works on, by its own word and, where `cards` has its card, by `nvidia-smi`'s. Null
 * where it has no GPU whose memory needs guarding.
 *
 * From ComfyUI v0.27.1: `vram_free` = free on the card + unused in PyTorch's reserve (`torch_vram_free`);
 * `torch_vram_total` = PyTorch's whole reserve. What a node allocates outside of PyTorch looks like others', unless the
 * driver tells how much the engine's process holds.
 *
 * @param cards of the engine's machine only (`isOnThisMachine`); the same model may sit in another
 */
export function readGpu(
  { devices }: EngineStats,
  cards: readonly NvidiaCard[] | null = null,
): GpuReading | null {
  const device = devices[0];
  if (!device || WITHOUT_OWN_MEMORY.includes(device.type)) return null;
  const name = deviceName(device.name);
  const index = bytesIn(device.index);
  const total = bytesIn(device.vram_total) || null;
  const reserve = bytesIn(device.torch_vram_total);
  const ownReusable = bytesIn(device.torch_vram_free);
  const free = bytesIn(device.vram_free);
  const isWhole = total !== null && reserve !== null && ownReusable !== null && free !== null;
  if (!isWhole) return { ...UNKNOWN, name, index, total };

  const card = matchCard({ name, total }, cards ?? []);
  const said = clamp(total - (free - ownReusable), total);
  const seen = card?.memoryUsed ?? null;
  const used = Math.min(total, Math.max(said, seen ?? 0));
  const own = Math.min(total, Math.max(reserve, aloneOn(card, reserve)));
  const percent = (bytes: number) => Math.round((100 * clamp(bytes, total)) / total);
  return {
    name,
    index,
    total,
    used,
    usedPercent: percent(used),
    own,
    ownPercent: percent(own),
    ownReusable: Math.min(ownReusable, own),
    othersPercent: percent(said - own),
    card: card && seen !== null ? { othersPercent: percent(seen - own), readAt: card.readAt } : null,
    utilization: card?.utilization ?? null,
  };
}

const UNKNOWN = {
  used: null,
  usedPercent: null,
  own: null,
  ownPercent: null,
  ownReusable: null,
  othersPercent: null,
  card: null,
  utilization: null,
} satisfies Partial<GpuReading>;

/**
 * What the only program on the card holds, which is the engine then: ComfyUI opens its card at start. All of it is the
 * engine's own, also models that it keeps outside of PyTorch. 0 where there are more, or it holds less than PyTorch says.
 */
function aloneOn(card: NvidiaCard | null, reserve: number): number {
  const [only, ...more] = card?.processes ?? [];
  return only?.memory && more.length === 0 && only.memory >= reserve ? only.memory : 0;
}

function clamp(bytes: number, total: number): number {
  return Math.min(total, Math.max(0, bytes));
}
