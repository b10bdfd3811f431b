export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a picture is looked at through. The pane is in CSS pixels, the picture in its own. */
export interface Frame {
  readonly pane: Size;
  readonly picture: Size;
  /** Screen pixels in a CSS pixel. */
  readonly pixelRatio: number;
}

/** How a picture lies in its pane: at scale 1 it fits; x and y, in CSS pixels, move its middle away from the pane's. */
export interface Zoom extends Point {
  readonly scale: number;
}

export const FIT: Zoom = { scale: 1, x: 0, y: 0 };

/** A small picture is not blown up to fill the pane: it would only look out of focus. */
const MOST_ENLARGED_TO_FIT = 2;
/** Screen pixels in a picture's pixel at the nearest: single grains of film can be seen. */
const NEAREST = 8;
/** However small the picture is, coming nearer does something. */
const LEAST_MOST_SCALE = 4;

/** The size in CSS pixels at which the whole picture is seen. */
export function fitInto({ pane, picture }: Frame): Size {
  const scale = Math.min(pane.width / picture.width, pane.height / picture.height, MOST_ENLARGED_TO_FIT);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** At which a pixel of the picture is a pixel of the screen. */
export function realScale(frame: Frame): number {
  return frame.picture.width / (fitInto(frame).width * frame.pixelRatio);
}

export function mostScale(frame: Frame): number {
  return Math.max(LEAST_MOST_SCALE, realScale(frame) * NEAREST);
}

/** What is seen of the picture in relation to its real pixels, in percent. */
export function percentOfReal(zoom: Zoom, frame: Frame): number {
  return Math.round((100 * zoom.scale) / realScale(frame));
}

/** Comes nearer by `factor` (below 1: goes away) while the point of the picture at `at` stays where it is. */
export function zoomBy(zoom: Zoom, factor: number, at: Point, frame: Frame): Zoom {
  const scale = clamp(zoom.scale * factor, 1, mostScale(frame));
  const by = scale / zoom.scale;
  return keepInside({ scale, x: at.x - (at.x - zoom.x) * by, y: at.y - (at.y - zoom.y) * by }, frame);
}

export function moveBy(zoom: Zoom, { x, y }: Point, frame: Frame): Zoom {
  return keepInside({ ...zoom, x: zoom.x + x, y: zoom.y + y }, frame);
}

/** No gap opens between the edge of the pane and a picture that is larger than it. */
export function keepInside(zoom: Zoom, frame: Frame): Zoom {
  const fitted = fitInto(frame);
  const scale = clamp(zoom.scale, 1, mostScale(frame));
  const farthest = (length: number, pane: number) => Math.max(0, (length * scale - pane) / 2);
  const [mostX, mostY] = [
    farthest(fitted.width, frame.pane.width),
    farthest(fitted.height, frame.pane.height),
  ];
  return { scale, x: clamp(zoom.x, -mostX, mostX), y: clamp(zoom.y, -mostY, mostY) };
}

/** What a double tap does: near enough to see every pixel (at least twice as near), or back to the whole. */
export function zoomOrFit(zoom: Zoom, at: Point, frame: Frame): Zoom {
  return zoom.scale > 1 ? FIT : zoomBy(zoom, Math.max(2, realScale(frame)), at, frame);
}

/** What is seen of the picture, in CSS pixels from the top left of its pane. */
export interface Seen {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function seenPart(zoom: Zoom, frame: Frame): Seen {
  const fitted = fitInto(frame);
  const across = seenAlong(frame.pane.width, fitted.width * zoom.scale, zoom.x);
  const down = seenAlong(frame.pane.height, fitted.height * zoom.scale, zoom.y);
  return { left: across.from, right: across.to, top: down.from, bottom: down.to };
}

function seenAlong(pane: number, length: number, moved: number): { from: number; to: number } {
  const middle = pane / 2 + moved;
  return { from: Math.max(0, middle - length / 2), to: Math.min(pane, middle + length / 2) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
