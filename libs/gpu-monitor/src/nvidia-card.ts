/** A card as `nvidia-smi` sees it. Sizes are bytes; null is what the card or its driver does not tell. */
export interface NvidiaCard {
  /** The driver's number for it. Programs may see another (`CUDA_VISIBLE_DEVICES`). */
  index: number;
  /** `GPU-…`. */
  uuid: string;
  name: string;
  memoryTotal: number | null;
  /** By whoever. */
  memoryUsed: number | null;
  /** 0-100, over the last sixth to whole second; null of a card that is divided (MIG). */
  utilization: number | null;
  /** The programs that compute on it, as far as they can be seen from here: not those of other containers. */
  processes: readonly NvidiaProcess[];
  /** When it was asked: a clock in milliseconds that never goes back. */
  readAt: number;
}

/** A program that computes on a card. */
export interface NvidiaProcess {
  pid: number;
  /** Bytes; null where the driver does not tell (Windows, missing rights). */
  memory: number | null;
}
