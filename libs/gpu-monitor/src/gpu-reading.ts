/**
 * The memory of the GPU that an engine works on, at one moment. Sizes are bytes, shares are whole percent of `total`
 * (0-100). Null is what nobody told, or what could not be: never NaN.
 */
export interface GpuReading {
  /** As people call it: `NVIDIA GeForce RTX 4090`. */
  name: string;
  /** The engine's number for it, which is another than `nvidia-smi`'s where `CUDA_VISIBLE_DEVICES` hides cards. */
  index: number | null;
  total: number | null;
  /** On the card, by whoever: the higher of what the engine and `nvidia-smi` say. */
  used: number | null;
  usedPercent: number | null;
  /** Held by this engine: its models, results in the making, and PyTorch's reserve. */
  own: number | null;
  ownPercent: number | null;
  /** What of `own` nothing is in: PyTorch keeps it for the next run. */
  ownReusable: number | null;
  /** By the engine's word: everything on the card except `own`. */
  othersPercent: number | null;
  /** The same by `nvidia-smi`'s word, and when (a clock in milliseconds that never goes back); null without it. */
  card: { othersPercent: number; readAt: number } | null;
  /** How busy the card is, 0-100, by whoever; only `nvidia-smi` knows. */
  utilization: number | null;
}
