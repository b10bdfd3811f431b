import type { TaskTypeView } from '@app/contracts';
import { ApiProblem } from '../api/api-problem.js';
import { readTaskTypes } from '../api/task-types.js';
import { suggestType } from '../choose/suggest-type.js';
import { suggestionFor } from '../choose/suggestion.js';
import { albumTasks } from './album-tasks.js';
import { waitFor } from './patience.js';
import { PhotoReader } from './photo-reader.js';
import type { UploadBook } from './upload-book.js';

/** Looks at photos before they are sent: whether they can be, what they look like, and what to make of them. */
export class PhotoIntake {
  private readonly reader = new PhotoReader();
  private readonly undecided: string[] = [];
  private isDeciding = false;
  private types: readonly TaskTypeView[] | null = null;

  /** @param onLooked called when a photo may have become ready. */
  constructor(
    private readonly book: UploadBook,
    private readonly onLooked: () => void,
  ) {}

  /** A photo whose file nobody has read to its end yet. */
  async look(id: string, file: File): Promise<void> {
    const checking = this.reader.check(file);
    void this.picture(id, file);
    const { problem, sha256 } = await checking;
    const record = this.book.get(id);
    // Taken back, or replaced by another file.
    if (record === undefined || this.book.fileOf(id) !== file) return;
    const isDuplicate =
      sha256 !== null &&
      !record.isWantedTwice &&
      (albumTasks.has(record.albumId, sha256) || this.book.hasOther(record, sha256));
    const found = problem ?? (isDuplicate ? 'duplicate' : null);
    // Another picture of the same name must not be put behind the first part of this one.
    const uploadUrl = record.sha256 === sha256 ? record.uploadUrl : null;
    await this.book.patch(id, {
      stage: found === null ? 'ready' : 'refused',
      problem: found,
      sha256,
      uploadUrl,
    });
    if (found === null) this.decide(id);
    this.onLooked();
  }

  async picture(id: string, file: File): Promise<void> {
    const picture = await this.reader.thumbnail(file);
    const isWanted = picture !== null && this.book.fileOf(id) === file;
    if (isWanted) this.book.setMoment(id, { thumbnailUrl: URL.createObjectURL(picture) });
  }

  /** Finds out what to make of a photo for which nobody chose. */
  decide(id: string): void {
    if (this.book.get(id)?.type !== null) return;
    this.undecided.push(id);
    if (!this.isDeciding) void this.decideAll();
  }

  private async decideAll(): Promise<void> {
    this.isDeciding = true;
    for (let id = this.undecided.shift(); id !== undefined; id = this.undecided.shift()) {
      const file = this.book.fileOf(id);
      const types = await this.readTypes();
      const { type, because } =
        file === null ? suggestionFor('unknown', types) : await suggestType(file, types);
      const record = this.book.get(id);
      // The person may have chosen meanwhile.
      if (record === undefined || record.type !== null) continue;
      const offered = types.find((view) => view.type === type)?.parameters ?? [];
      const parameters = Object.fromEntries(
        Object.entries(record.choice.parameters).filter(([name]) =>
          offered.some((spec) => spec.name === name),
        ),
      );
      await this.book.patch(id, { type, because, choice: { type: 'auto', parameters } });
      this.onLooked();
    }
    this.isDeciding = false;
  }

  private async readTypes(): Promise<readonly TaskTypeView[]> {
    for (let tries = 0; this.types === null; tries += 1) {
      try {
        this.types = await readTaskTypes();
      } catch (error) {
        const problem = error instanceof ApiProblem ? error : new ApiProblem('internal_error', null);
        const ms = waitFor(problem, tries) ?? 10_000;
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
    }
    return this.types;
  }
}
