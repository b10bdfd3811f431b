import { createStore, del, delMany, entries, get, set, update, type UseStore } from 'idb-keyval';
import type { UploadRecord } from './upload-record.js';

/** Photos are kept this long: an album that nobody came back to is not on the device for ever. */
const KEPT_MS = 24 * 3600_000;
/** Less than what any browser gives a page that has some room on the disk. */
const MOST_BYTES = 2 * 1024 ** 3;

/**
 * Photos that wait to be sent, in the browser's database, so that a reload or a closed tab costs nothing. A browser that
 * has no room, or is forbidden to keep anything, keeps nothing: `keepFile` says so, everything else goes on.
 *
 * Records and files lie apart, so that a record can be written again without its file. (Uppy's golden retriever adds up
 * all that it keeps with every file: 100 photos took it 4 s, 500 took 95 s.)
 */
export class KeptUploads {
  private readonly records: UseStore;
  private readonly files: UseStore;
  private bytes = 0;

  constructor() {
    this.records = createStore('photo-repair-uploads', 'uploads');
    this.files = createStore('photo-repair-photos', 'photos');
  }

  /** False where it could not be kept. */
  async keepFile({ id, bytes }: UploadRecord, file: File): Promise<boolean> {
    if (this.bytes + bytes > MOST_BYTES) return false;
    this.bytes += bytes;
    try {
      await set(id, file, this.files);
      return true;
    } catch {
      this.bytes -= bytes;
      return false;
    }
  }

  /** False where it could not be written down. */
  async keep(record: UploadRecord): Promise<boolean> {
    try {
      await set(record.id, record, this.records);
      return true;
    } catch {
      return false;
    }
  }

  async forget(record: UploadRecord, isFileKept: boolean): Promise<void> {
    if (isFileKept) this.bytes -= record.bytes;
    // Where nothing could be kept, there is nothing to forget.
    await Promise.all([del(record.id, this.records), del(record.id, this.files)]).catch(() => undefined);
  }

  /**
   * All that any tab has kept, in the order in which they were added; those that are too old are removed. Rejects where
   * the browser's database does not answer.
   */
  async all(): Promise<UploadRecord[]> {
    const found = await entries<string, UploadRecord | undefined>(this.records);
    const kept = found.flatMap(([id, record]): [string, UploadRecord][] => (record ? [[id, record]] : []));
    const [old, fresh] = [kept.filter(isOld), kept.filter((entry) => !isOld(entry))];
    const ids = old.map(([id]) => id);
    if (ids.length > 0) await Promise.all([delMany(ids, this.records), delMany(ids, this.files)]);
    return fresh.map(([, record]) => record).sort((a, b) => a.addedAt - b.addedAt || a.place - b.place);
  }

  /** Makes a record another tab's; of several tabs that try it at once, one gets it. */
  async takeOver({ id, tab: from }: UploadRecord, tab: string): Promise<boolean> {
    let isTaken = false;
    await update<UploadRecord>(
      id,
      (record) => {
        isTaken = record?.tab === from;
        // One that is gone meanwhile leaves an empty record, which nobody reads.
        return isTaken ? { ...record!, tab } : record!;
      },
      this.records,
    );
    return isTaken;
  }

  /** Whose a record is; undefined where there is none. */
  async ownerOf(id: string): Promise<string | undefined> {
    return (await get<UploadRecord>(id, this.records).catch(() => undefined))?.tab;
  }

  /** The file of a record; undefined where it was not kept or cannot be read any more. */
  async file({ id, bytes }: UploadRecord): Promise<File | undefined> {
    const file = await get<File>(id, this.files).catch(() => undefined);
    if (file !== undefined) this.bytes += bytes;
    return file;
  }
}

const isOld = ([, { addedAt }]: [string, UploadRecord]) => addedAt < Date.now() - KEPT_MS;
