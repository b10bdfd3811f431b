import { numberedPhoto, type NumberedPhoto } from './numbered-photo.js';

/** Every photo of a scenario, each with a number that no other has. */
export class PhotoBook {
  private readonly byNumber = new Map<number, NumberedPhoto>();
  private next = 1;

  /** A photo of the kind `poison` kills each worker that brings it to the engine. */
  async take(kind: 'good' | 'poison' = 'good'): Promise<NumberedPhoto> {
    const photo = await numberedPhoto(this.next++, kind);
    this.byNumber.set(photo.number, photo);
    return photo;
  }

  async takeMany(count: number): Promise<NumberedPhoto[]> {
    return Promise.all(Array.from({ length: count }, () => this.take()));
  }

  get all(): ReadonlyMap<number, NumberedPhoto> {
    return this.byNumber;
  }
}
