import type { NodeOutput } from '@app/comfyui';
import { LRUCache } from 'lru-cache';
import type { RgbImage } from '../colour/colouriser.js';

/** What a node made the last time it had these inputs. */
export interface CachedNode {
  /** Absent where only the announcement was kept (see `execute-prompt.ts`). */
  outputs?: readonly unknown[];
  ui?: NodeOutput;
}

/** Room for two pictures of 20 megapixels: a photo and its coloured version. */
export const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;

/** What an entry takes beside its pixels, roughly: key, file reference, bookkeeping. */
const ENTRY_BYTES = 1024;

/**
 * Results of nodes by the signature of their inputs. The least recently used go when the pixels take more than
 * `maxBytes`; a picture larger than that is not kept at all.
 */
export class NodeCache {
  private readonly entries: LRUCache<string, CachedNode>;

  constructor(maxBytes: number) {
    this.entries = new LRUCache({
      // 1 and not 0, which would mean no limit: every entry is larger than that and none is kept.
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: (node) =>
        ENTRY_BYTES + (node.outputs ?? []).reduce<number>((sum, o) => sum + bytesOf(o), 0),
    });
  }

  get(signature: string): CachedNode | undefined {
    return this.entries.get(signature);
  }

  set(signature: string, node: CachedNode): void {
    this.entries.set(signature, node);
  }

  clear(): void {
    this.entries.clear();
  }
}

function bytesOf(output: unknown): number {
  return (output as Partial<RgbImage> | undefined)?.data?.byteLength ?? 0;
}
