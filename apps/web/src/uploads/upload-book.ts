import { albumTasks } from './album-tasks.js';
import type { KeptUploads } from './kept-uploads.js';
import type { Upload } from './upload.js';
import type { UploadList } from './upload-list.js';
import { toUpload, type UploadMoment, type UploadRecord } from './upload-record.js';

/** Often enough to look alive, seldom enough for 500 photos on a slow phone. */
const SHOW_MS = 100;
const BEGINNING: UploadMoment = {
  isSending: false,
  percent: 0,
  thumbnailUrl: null,
  taskId: null,
  isKept: false,
};

interface Entry {
  record: UploadRecord;
  moment: UploadMoment;
  file: File | null;
  /** What people see; null while it has to be made again. */
  shown: Upload | null;
}

/** All photos that this tab sends: written down for the next visit, and shown to the page. */
export class UploadBook {
  private readonly entries = new Map<string, Entry>();
  private showing: ReturnType<typeof setTimeout> | null = null;
  private keeping: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly kept: KeptUploads,
    private readonly list: UploadList,
  ) {}

  get records(): UploadRecord[] {
    return [...this.entries.values()]
      .filter(({ moment }) => moment.taskId === null)
      .map(({ record }) => record);
  }

  get(id: string): UploadRecord | undefined {
    const entry = this.entries.get(id);
    return entry?.moment.taskId === null ? entry.record : undefined;
  }

  /** Whether the album gets the same photo from this tab already, by another record that was added before. */
  hasOther({ id, albumId, draft }: UploadRecord, sha256: string): boolean {
    for (const { record } of this.entries.values()) {
      if (record.id === id) return false;
      const isSamePlace = record.albumId === albumId && record.draft === draft;
      const isOnItsWay = record.stage === 'ready' || record.stage === 'arrived';
      if (isSamePlace && isOnItsWay && record.sha256 === sha256) return true;
    }
    return false;
  }

  fileOf(id: string): File | null {
    return this.entries.get(id)?.file ?? null;
  }

  momentOf(id: string): UploadMoment {
    return this.entries.get(id)?.moment ?? BEGINNING;
  }

  /** A photo of this visit; its file is kept after those that were added before. */
  add(record: UploadRecord, file: File): void {
    this.entries.set(record.id, { record, moment: BEGINNING, file, shown: null });
    this.show();
    this.keeping = this.keeping.then(() => this.keep(record.id, file));
  }

  /** A photo of an earlier visit. */
  restore(record: UploadRecord, file: File | null): void {
    this.entries.set(record.id, { record, moment: { ...BEGINNING, isKept: true }, file, shown: null });
    this.show();
  }

  /** Another file for a record: one that was chosen once more. */
  refill(id: string, file: File, patch: Partial<UploadRecord>): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.file = file;
    this.setMoment(id, { thumbnailUrl: null, isKept: false, percent: 0, isSending: false });
    void this.patch(id, patch);
    this.keeping = this.keeping.then(() => this.keep(id, file));
  }

  /** Resolves when the next visit would know it too, as far as this browser keeps anything. */
  async patch(id: string, patch: Partial<UploadRecord>): Promise<void> {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.record = { ...entry.record, ...patch };
    entry.shown = null;
    this.show();
    await this.kept.keep(entry.record);
  }

  setMoment(id: string, patch: Partial<UploadMoment>): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    const before = entry.moment;
    entry.moment = { ...before, ...patch };
    if (before.thumbnailUrl !== null && before.thumbnailUrl !== entry.moment.thumbnailUrl) {
      URL.revokeObjectURL(before.thumbnailUrl);
    }
    entry.shown = null;
    this.show();
  }

  /** Its album may show its task from now on: until the page knows that this photo is being sent, it would show both. */
  becomesTask(id: string): void {
    if (this.list.uploads.find((upload) => upload.id === id)?.phase !== 'sending') this.showNow();
  }

  /** The photo is a task: nothing of it has to be kept, and it is shown until its album shows the task. */
  accept(id: string, taskId: string): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    void this.kept.forget(entry.record, entry.moment.isKept);
    this.setMoment(id, { taskId, isSending: false, percent: 100 });
    entry.file = null;
  }

  remove(id: string): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.leave(id);
    if (entry.moment.taskId === null) void this.kept.forget(entry.record, entry.moment.isKept);
  }

  /** Takes a photo off this page that is another tab's by now. */
  leave(id: string): void {
    this.setMoment(id, { thumbnailUrl: null });
    this.entries.delete(id);
    this.show();
  }

  private async keep(id: string, file: File): Promise<void> {
    const entry = this.entries.get(id);
    // It may be sent or taken back by now, or have got another file.
    if (entry?.file !== file || entry.moment.taskId !== null) return;
    const isKept = (await this.kept.keep(entry.record)) && (await this.kept.keepFile(entry.record, file));
    if (this.entries.get(id) !== entry || entry.moment.taskId !== null) {
      await this.kept.forget(entry.record, isKept);
    } else {
      this.setMoment(id, { isKept });
    }
  }

  /** Tells the page soon; takes those off that have become tasks which their album shows. */
  show(): void {
    this.showing ??= setTimeout(() => this.showNow(), SHOW_MS);
  }

  showNow(): void {
    if (this.showing !== null) clearTimeout(this.showing);
    this.showing = null;
    const shown = [...this.entries.values()].map(
      (entry) => (entry.shown ??= toUpload(entry.record, entry.moment)),
    );
    this.list.show(shown);
    // Only now: whoever adds up what was sent has to see each of them accepted.
    for (const { id, albumId, taskId } of shown) {
      if (taskId !== null && albumTasks.of(albumId).some((task) => task.id === taskId)) this.remove(id);
    }
  }
}
