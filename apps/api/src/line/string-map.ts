const SHARDS = 256;
const HASHED_CHARACTERS = 4;

/**
 * A map from strings to numbers for millions of entries: 256 maps, chosen by the last characters (the random ones of a
 * UUID). One large map stops everything for 60 ms when it grows at a million entries, and its old table of 30 MB
 * is memory that the process keeps.
 */
export class StringMap {
  private readonly shards = Array.from({ length: SHARDS }, () => new Map<string, number>());
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(key: string): number | undefined {
    return this.shard(key).get(key);
  }

  set(key: string, value: number): void {
    const shard = this.shard(key);
    const before = shard.size;
    shard.set(key, value);
    this.count += shard.size - before;
  }

  delete(key: string): void {
    if (this.shard(key).delete(key)) this.count -= 1;
  }

  *values(): Generator<number> {
    for (const shard of this.shards) yield* shard.values();
  }

  /** Reading its characters also makes a string one piece that was put together from many and would keep them all. */
  private shard(key: string): Map<string, number> {
    let hash = key.length;
    for (let at = Math.max(key.length - HASHED_CHARACTERS, 0); at < key.length; at += 1) {
      hash = (hash * 31 + key.charCodeAt(at)) >>> 0;
    }
    return this.shards[hash % SHARDS]!;
  }
}
