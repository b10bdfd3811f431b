import { loadChunk } from '../app/load-chunk.js';
import type { AddReport, AddWish } from './add-report.js';
import type { Choice } from './upload.js';
import { uploadList } from './upload-list.js';
import type { PhotoPost } from './photo-post.js';

let post: Promise<PhotoPost> | null = null;

/** The part that sends is big (Uppy), so it comes when there is something to send. */
function open(): Promise<PhotoPost> {
  post ??= loadChunk(async () => {
    const { PhotoPost } = await import('./photo-post.js');
    return PhotoPost.open();
  }).finally(() => uploadList.completed());
  return post;
}

function tell(what: (post: PhotoPost) => void): void {
  void open().then(what);
}

/** Sends photos from this device to their albums. Every change shows in `useUploads` and `useUploadTotals`. */
export const uploadCenter = {
  /** Takes files for an album; `null` is the draft album of `#/new`, which is made as soon as the API answers. */
  async add(
    albumId: string | null,
    files: readonly File[],
    choice: Choice,
    wish: AddWish = {},
  ): Promise<AddReport> {
    return (await open()).add(albumId, files, choice, wish);
  },
  /** Loads what is needed to send while the server still answers. */
  prepare: () => tell(() => {}),
  pause: (id: string) => tell((post) => post.pause(id)),
  resume: (id: string) => tell((post) => post.resume(id)),
  pauseAll: (albumId: string | null) => tell((post) => post.pauseAll(albumId)),
  resumeAll: (albumId: string | null) => tell((post) => post.resumeAll(albumId)),
  /** Takes the photo back; what has left already is erased at the API. */
  cancel: (id: string) => tell((post) => post.cancel(id)),
  /** Takes back every photo of the album that has not become a task. */
  cancelAll: (albumId: string | null) => tell((post) => post.cancelAll(albumId)),
  /** Takes photos off the list that cannot be sent. */
  dismiss: (albumId: string | null, phase: 'refused' | 'lost') =>
    tell((post) => post.dismiss(albumId, phase)),
  /** Tries a refused photo once more; a photo that was added already is sent all the same. */
  again: (id: string) => tell((post) => post.again(id)),
  /** Puts another file in the place of a refused or lost one. */
  replace: (id: string, file: File) => tell((post) => void post.replace(id, file)),
  /** What is to be made of a photo that has not become a task yet. */
  setType: (id: string, type: string) => tell((post) => post.setType(id, type)),
  /** The archive's own names, by file name, for photos that have not become tasks yet. */
  setClientRefs: (albumId: string | null, refs: ReadonlyMap<string, string>) =>
    tell((post) => post.setClientRefs(albumId, refs)),
};
