import { v7 as newId } from 'uuid';
import { albumTasks } from './album-tasks.js';
import { checkPhoto } from './check-photo.js';
import { ClientRefs } from './client-refs.js';
import { DraftAlbum } from './draft-album.js';
import { KeptUploads } from './kept-uploads.js';
import { PhotoIntake } from './photo-intake.js';
import { PhotoSender } from './photo-sender.js';
import { sortFiles, type SortedFile } from './sort-files.js';
import { forgetTab, TabLife, tabsWithPhotos } from './tab-life.js';
import { UploadBook } from './upload-book.js';
import type { AddReport, AddWish } from './add-report.js';
import { uploadList } from './upload-list.js';
import type { Choice } from './upload.js';
import type { UploadRecord } from './upload-record.js';

const LOOK_ROUND_MS = 5000;

/** Everything that happens to a photo on this device, from the moment it was chosen until it is a task. */
export class PhotoPost {
  private readonly kept = new KeptUploads();
  private readonly book = new UploadBook(this.kept, uploadList);
  private readonly sender = new PhotoSender(this.book);
  private readonly intake = new PhotoIntake(this.book, () => this.go());
  private readonly draft = new DraftAlbum((draft, albumId) => this.moveIn(draft, albumId));
  private readonly life = new TabLife(() => void this.leaveTaken());
  private readonly refs = new ClientRefs();
  private isLookingRound = false;
  private places = 0;

  /** Resolves when the photos of closed tabs are here. */
  static async open(): Promise<PhotoPost> {
    const post = new PhotoPost();
    await post.lookRound();
    post.book.showNow();
    setInterval(() => void post.lookRound(), LOOK_ROUND_MS);
    return post;
  }

  private constructor() {
    albumTasks.listen(() => this.book.show());
    uploadList.subscribe(() => this.life.hasPhotos(this.book.records.length > 0));
    window.addEventListener('beforeunload', (event) => {
      if (uploadList.uploads.some(({ phase, isKept }) => !isKept && !OVER.includes(phase)))
        event.preventDefault();
    });
  }

  async add(
    albumId: string | null,
    files: readonly File[],
    choice: Choice,
    { isWantedTwice = false }: AddWish,
  ): Promise<AddReport> {
    const { photos, skipped } = await sortFiles(files);
    const draft = albumId === null && photos.length > 0 ? this.draft.begin() : null;
    const unsent = this.unsentOf(albumId);
    // Whoever has stopped sending for now does not want more photos to begin by themselves.
    const isPaused = unsent.length > 0 && unsent.every((record) => record.isPaused);
    for (const photo of photos) {
      if (!this.refill(photo)) this.take(photo, { albumId, draft, choice, isWantedTwice, isPaused });
    }
    return { added: photos.length, skipped };
  }

  pause(id: string): void {
    void this.book.patch(id, { isPaused: true });
    this.sender.pause(id);
  }

  resume(id: string): void {
    void this.book.patch(id, { isPaused: false, problem: null });
    this.sender.hurry();
  }

  pauseAll(albumId: string | null): void {
    const unsent = this.unsentOf(albumId);
    for (const { id } of unsent) void this.book.patch(id, { isPaused: true });
    for (const { id } of unsent) this.sender.pause(id);
  }

  resumeAll(albumId: string | null): void {
    const paused = this.of(albumId).filter(({ isPaused }) => isPaused);
    for (const { id } of paused) void this.book.patch(id, { isPaused: false, problem: null });
    this.sender.hurry();
  }

  cancel(id: string): void {
    const record = this.book.get(id);
    if (record !== undefined) this.takeBack([record]);
  }

  cancelAll(albumId: string | null): void {
    this.takeBack(this.unsentOf(albumId));
  }

  dismiss(albumId: string | null, stage: 'refused' | 'lost'): void {
    this.takeBack(this.of(albumId).filter((record) => record.stage === stage));
  }

  again(id: string): void {
    const [record, file] = [this.book.get(id), this.book.fileOf(id)];
    if (record?.stage !== 'refused' || file === null) return;
    const isWantedTwice = record.isWantedTwice || record.problem === 'duplicate';
    // Nothing became of it under the old key.
    const fresh = { idempotencyKey: newId(), uploadUrl: null, isSentAgain: false };
    void this.book.patch(id, { ...fresh, isWantedTwice, stage: 'checking', problem: null });
    void this.intake.look(id, file);
  }

  async replace(id: string, file: File): Promise<void> {
    const problem = await checkPhoto(file);
    const { name, size: bytes } = file;
    const fresh = { name, bytes, idempotencyKey: newId(), sha256: null, uploadUrl: null, isSentAgain: false };
    this.book.refill(id, file, { ...fresh, stage: problem === null ? 'checking' : 'refused', problem });
    if (problem === null) await this.intake.look(id, file);
  }

  setType(id: string, type: string): void {
    const record = this.book.get(id);
    if (record === undefined) return;
    void this.book.patch(id, { type, because: null, choice: { type, parameters: record.choice.parameters } });
    this.go();
  }

  setClientRefs(albumId: string | null, refs: ReadonlyMap<string, string>): void {
    this.refs.set(albumId, refs);
    for (const { id, name, clientRef } of this.of(albumId)) {
      const named = this.refs.of(albumId, name) ?? clientRef;
      if (named !== clientRef) void this.book.patch(id, { clientRef: named });
    }
  }

  private of(albumId: string | null): UploadRecord[] {
    return this.book.records.filter((record) => record.albumId === albumId);
  }

  private unsentOf(albumId: string | null): UploadRecord[] {
    return this.of(albumId).filter(({ stage }) => stage !== 'refused' && stage !== 'lost');
  }

  private go(): void {
    this.sender.go();
  }

  private take(
    { file, problem }: SortedFile,
    {
      albumId,
      draft,
      choice,
      isWantedTwice,
      isPaused,
    }: Pick<UploadRecord, 'albumId' | 'draft' | 'choice' | 'isWantedTwice' | 'isPaused'>,
  ): void {
    const record: UploadRecord = {
      id: newId(),
      tab: this.life.tab,
      albumId,
      draft,
      name: file.name,
      bytes: file.size,
      choice,
      type: choice.type === 'auto' ? null : choice.type,
      because: null,
      clientRef: this.refs.of(albumId, file.name),
      idempotencyKey: newId(),
      sha256: null,
      isWantedTwice,
      isSentAgain: false,
      stage: problem === null ? 'checking' : 'refused',
      isPaused,
      problem,
      uploadUrl: null,
      addedAt: Date.now(),
      place: (this.places += 1),
    };
    this.book.add(record, file);
    if (problem === null) void this.intake.look(record.id, file);
  }

  /** One that this browser could not keep is chosen once more: by its name and size it is known again. */
  private refill({ file, problem }: SortedFile): boolean {
    const lost = this.book.records.find(
      ({ stage, name, bytes }) => stage === 'lost' && name === file.name && bytes === file.size,
    );
    if (lost === undefined || problem !== null) return false;
    this.book.refill(lost.id, file, { stage: 'checking', problem: null });
    void this.intake.look(lost.id, file);
    return true;
  }

  private takeBack(records: readonly UploadRecord[]): void {
    for (const record of records) {
      this.sender.cancel(record);
      this.book.remove(record.id);
    }
    this.go();
  }

  private moveIn(draft: string, albumId: string): void {
    this.refs.move(albumId);
    for (const record of this.book.records) {
      if (record.draft === draft) void this.book.patch(record.id, { albumId, draft: null });
    }
    this.go();
  }

  /** Goes on with what tabs that were closed have left. */
  private async lookRound(): Promise<void> {
    if (this.isLookingRound) return;
    this.isLookingRound = true;
    for (const tab of tabsWithPhotos()) {
      if (tab === this.life.tab || (await this.life.isAlive(tab))) continue;
      // Where the browser's database does not answer now, the next round asks it again: the tab is not forgotten.
      await this.takeOverFrom(tab).then(
        () => forgetTab(tab),
        () => undefined,
      );
    }
    this.isLookingRound = false;
    this.go();
  }

  private async takeOverFrom(tab: string): Promise<void> {
    const left = (await this.kept.all()).filter((record) => record.tab === tab);
    for (const record of left) {
      if (await this.kept.takeOver(record, this.life.tab))
        await this.goOnWith({ ...record, tab: this.life.tab });
    }
  }

  private async goOnWith(record: UploadRecord): Promise<void> {
    const file = (await this.kept.file(record)) ?? null;
    const isLost = file === null && (record.stage === 'checking' || record.stage === 'ready');
    const draft = record.draft === null ? null : this.draft.begin(record.draft);
    this.book.restore(
      { ...record, draft, stage: isLost ? 'lost' : record.stage, problem: isLost ? null : record.problem },
      file,
    );
    if (file !== null && record.stage === 'checking') void this.intake.look(record.id, file);
    else if (file !== null) void this.intake.picture(record.id, file);
    if (record.stage === 'ready' || record.stage === 'arrived') this.intake.decide(record.id);
  }

  /** After this tab has slept, another one may send its photos. */
  private async leaveTaken(): Promise<void> {
    for (const { id } of this.book.records) {
      const owner = await this.kept.ownerOf(id);
      if (owner === undefined || owner === this.life.tab) continue;
      this.sender.pause(id);
      this.book.leave(id);
    }
  }
}

const OVER = ['refused', 'lost', 'accepted'];
