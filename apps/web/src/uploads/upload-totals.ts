import { SendingPace } from './sending-pace.js';
import type { UploadTotals } from './upload.js';
import { uploadList } from './upload-list.js';

const TICK_MS = 1000;

/** The totals of one album: made anew with every change, and every second while something is to be sent. */
class AlbumTotals {
  private readonly pace = new SendingPace();
  private readonly listeners = new Set<() => void>();
  private ticking: ReturnType<typeof setInterval> | null = null;
  private totals: UploadTotals;

  constructor(private readonly albumId: string | null) {
    this.totals = this.pace.observe([], 0);
    uploadList.subscribe(() => this.look());
    this.look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): UploadTotals => this.totals;

  private look(): void {
    const next = this.pace.observe(uploadList.of(this.albumId), performance.now());
    this.tick(next.unsent > 0);
    if (Object.entries(next).every(([key, value]) => value === this.totals[key as keyof UploadTotals]))
      return;
    this.totals = next;
    for (const listener of this.listeners) listener();
  }

  private tick(isNeeded: boolean): void {
    if (isNeeded === (this.ticking !== null)) return;
    if (this.ticking !== null) clearInterval(this.ticking);
    this.ticking = isNeeded ? setInterval(() => this.look(), TICK_MS) : null;
  }
}

const byAlbum = new Map<string | null, AlbumTotals>();

/** All who ask for the same album get the same one: it remembers the pace. */
export function totalsOf(albumId: string | null): AlbumTotals {
  const totals = byAlbum.get(albumId) ?? new AlbumTotals(albumId);
  byAlbum.set(albumId, totals);
  return totals;
}
