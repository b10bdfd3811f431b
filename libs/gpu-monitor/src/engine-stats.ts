/**
 * What an engine tells of its devices: the `devices` of ComfyUI's GET /system_stats (v0.27.1; the first is the one that it
 * works on, newer versions list every GPU behind it). Nothing of it is believed unchecked: members may be missing or be
 * nonsense. Sizes are bytes.
 */
export interface EngineStats {
  devices: readonly EngineStatsDevice[];
}

/** One device of `EngineStats`. */
export interface EngineStatsDevice {
  name?: unknown;
  type?: unknown;
  index?: unknown;
  vram_total?: unknown;
  vram_free?: unknown;
  torch_vram_total?: unknown;
  torch_vram_free?: unknown;
}

/** The value where it can be a size in bytes, else null. */
export function bytesIn(said: unknown): number | null {
  return typeof said === 'number' && Number.isFinite(said) && said >= 0 ? said : null;
}
