/**
 * The archive's own names for photos, by file name. Lists and file systems write one name in several ways, and lists often
 * leave the ending out.
 */
export class ClientRefs {
  private readonly byAlbum = new Map<string | null, Map<string, string>>();

  /** Names given later go before those given earlier. */
  set(albumId: string | null, refs: ReadonlyMap<string, string>): void {
    const known = this.byAlbum.get(albumId) ?? new Map<string, string>();
    for (const [name, ref] of refs) known.set(plain(name), ref);
    this.byAlbum.set(albumId, known);
  }

  /** Null where the archive has named none. */
  of(albumId: string | null, fileName: string): string | null {
    const refs = this.byAlbum.get(albumId);
    const name = plain(fileName);
    return refs?.get(name) ?? refs?.get(name.replace(/\.[^.]*$/, '')) ?? null;
  }

  /** The draft album has become one. */
  move(albumId: string): void {
    const drafted = this.byAlbum.get(null);
    this.byAlbum.delete(null);
    if (drafted !== undefined) this.set(albumId, drafted);
  }
}

const plain = (name: string) => name.normalize('NFC').toLowerCase();
