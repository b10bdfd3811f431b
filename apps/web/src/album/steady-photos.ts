import type { TaskView } from '@app/contracts';
import type { Photo } from '../photo/photo.js';
import type { Upload } from '../uploads/upload.js';

/**
 * Keeps each photo in its place. One that the API takes gets another key and stands where the API has it; who watches it
 * being sent should see none of that. Photos that this page has not seen being sent are in the order of the album.
 */
export class SteadyPhotos {
  private readonly uploadOfTask = new Map<string, string>();
  private readonly taskOfUpload = new Map<string, string>();
  private readonly ranks = new Map<string, number>();

  order(photos: readonly Photo[], uploads: readonly Upload[]): readonly Photo[] {
    const paired = this.pair(photos, uploads);
    const ranked = photos
      .filter(({ key, task }) => task !== null || !paired.has(key))
      .map((photo) => ({ photo, rank: this.rankOf(photo) }));
    return ranked.toSorted((a, b) => a.rank - b.rank).map(({ photo }) => photo);
  }

  /** The name that a photo keeps from when it was chosen until it is erased. */
  nameOf({ key, task, uploadId }: Photo): string {
    if (task === null) return key;
    return this.uploadOfTask.get(task.id) ?? uploadId ?? key;
  }

  /**
   * Finds out which uploads the tasks are of; answers those that have a task. The album may hear of a task before the upload
   * hears that it was taken, long before where the answer was lost: until then the first one that is just being sent, or
   * has arrived, and has the same name and size is taken for it.
   */
  private pair(photos: readonly Photo[], uploads: readonly Upload[]): ReadonlySet<string> {
    for (const { id, taskId } of uploads) if (taskId !== null) this.remember(taskId, id);
    const sending = uploads.filter(mayBecomeTask);
    const paired = new Set<string>();
    for (const { task } of photos) {
      if (task === null) continue;
      const isNew = !this.uploadOfTask.has(task.id) && !this.ranks.has(task.id);
      const upload = isNew
        ? sending.find((one) => isAlike(one, task) && !this.taskOfUpload.has(one.id))
        : null;
      if (upload) this.remember(task.id, upload.id);
      const known = this.uploadOfTask.get(task.id);
      if (known !== undefined) paired.add(known);
    }
    return paired;
  }

  /** An upload has one task, and a task one upload: what was taken for either before it said so itself was another's. */
  private remember(taskId: string, uploadId: string): void {
    const [otherTask, otherUpload] = [this.taskOfUpload.get(uploadId), this.uploadOfTask.get(taskId)];
    if (otherTask !== undefined && otherTask !== taskId) this.uploadOfTask.delete(otherTask);
    if (otherUpload !== undefined && otherUpload !== uploadId) this.taskOfUpload.delete(otherUpload);
    this.taskOfUpload.set(uploadId, taskId);
    this.uploadOfTask.set(taskId, uploadId);
    const rank = this.ranks.get(taskId);
    if (rank !== undefined && !this.ranks.has(uploadId)) this.ranks.set(uploadId, rank);
  }

  private rankOf(photo: Photo): number {
    const name = this.nameOf(photo);
    const rank = this.ranks.get(name) ?? this.ranks.size;
    this.ranks.set(name, rank);
    return rank;
  }
}

function isAlike({ name, bytes }: Upload, { filename, input }: TaskView): boolean {
  return name === filename && bytes === input.bytes;
}

function mayBecomeTask({ phase, percent }: Upload): boolean {
  return phase === 'sending' || (phase === 'waiting_to_send' && percent === 100);
}

/** Those of this page: photos stay in their places also while somebody looks at one of them, or at another album. */
export const steadyPhotos = new SteadyPhotos();
