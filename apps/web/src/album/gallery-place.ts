/** Where somebody was in the gallery of an album when they opened a photo. */
export interface GalleryPlace {
  /** The photo that has the focus when they come back. */
  readonly taskId: string;
  /** How far below the top of the window its card was, in CSS pixels. */
  readonly top: number;
}

const places = new Map<string, GalleryPlace>();

/** Called when a card is opened. */
export function leaveFor(albumId: string, place: GalleryPlace): void {
  places.set(albumId, place);
}

/** Called by the photo page with every photo that it shows: coming back goes to the one that was looked at last. */
export function lookAt(albumId: string, taskId: string): void {
  places.set(albumId, { top: places.get(albumId)?.top ?? window.innerHeight / 4, taskId });
}

/** The place to come back to; null where somebody comes from elsewhere. */
export function placeIn(albumId: string): GalleryPlace | null {
  return places.get(albumId) ?? null;
}

export function forgetPlace(albumId: string): void {
  places.delete(albumId);
}
