import type { TaskView } from '@app/contracts';
import { smallOriginalOf, smallResultOf, type SmallPictureSource } from '../photo/small-picture.js';

/** A picture at the API: the big one, and the small one that is shown until it is there. */
export interface PictureSource {
  readonly url: string;
  readonly small: SmallPictureSource | null;
  /** Another picture under the same address has another one. */
  readonly sha256: string;
}

export function originalOf(task: TaskView): PictureSource {
  return { url: task.urls.original, small: smallOriginalOf(task), sha256: task.input.sha256 };
}

/** Null until the photo is done. */
export function resultOf(task: TaskView): PictureSource | null {
  if (task.output === null) return null;
  return { url: task.output.url, small: smallResultOf(task), sha256: task.output.sha256 };
}
