import { describe, expect, it } from 'vitest';
import {
  FIT,
  fitInto,
  keepInside,
  mostScale,
  moveBy,
  percentOfReal,
  realScale,
  seenPart,
  zoomBy,
  zoomOrFit,
  type Frame,
} from './zoom.js';

/** A landscape photo of 12 megapixels on a screen of a laptop; fitted it is 800 x 600. */
const LAPTOP: Frame = {
  pane: { width: 1000, height: 600 },
  picture: { width: 4000, height: 3000 },
  pixelRatio: 1,
};
const MIDDLE = { x: 0, y: 0 };

describe('fitting', () => {
  it('shows the whole picture', () => {
    expect(fitInto(LAPTOP)).toEqual({ width: 800, height: 600 });
    expect(fitInto({ ...LAPTOP, picture: { width: 8000, height: 1000 } })).toEqual({
      width: 1000,
      height: 125,
    });
  });

  it('leaves a very small picture small', () => {
    expect(fitInto({ ...LAPTOP, picture: { width: 60, height: 40 } })).toEqual({ width: 120, height: 80 });
  });
});

describe('coming nearer', () => {
  it('goes to real pixels of the screen and beyond', () => {
    expect(realScale(LAPTOP)).toBe(5);
    expect(realScale({ ...LAPTOP, pixelRatio: 2 })).toBe(2.5);
    expect(percentOfReal(FIT, LAPTOP)).toBe(20);
    expect(percentOfReal({ ...FIT, scale: mostScale(LAPTOP) }, LAPTOP)).toBe(800);
    expect(zoomBy(FIT, 1000, MIDDLE, LAPTOP).scale).toBe(mostScale(LAPTOP));
  });

  it('keeps what is under the pointer under the pointer', () => {
    const at = { x: 120, y: -80 };
    const zoom = zoomBy({ scale: 2, x: 30, y: 10 }, 1.5, at, LAPTOP);
    expect(zoom).toEqual({ scale: 3, x: -15, y: 55 });
    // The point of the picture below the pointer, from the picture's middle at scale 1.
    expect([(at.x - zoom.x) / zoom.scale, (at.y - zoom.y) / zoom.scale]).toEqual([45, -45]);
  });

  it('does something for a small picture too', () => {
    expect(mostScale({ ...LAPTOP, picture: { width: 10, height: 10 }, pixelRatio: 3 })).toBe(4);
  });

  it('comes back to the whole picture in the middle', () => {
    expect(zoomBy({ scale: 4, x: 900, y: 500 }, 0.1, MIDDLE, LAPTOP)).toEqual(FIT);
  });

  it('goes to real pixels by a double tap, and back', () => {
    const near = zoomOrFit(FIT, { x: 100, y: 0 }, LAPTOP);
    expect(near).toEqual({ scale: 5, x: -400, y: 0 });
    expect(zoomOrFit(near, MIDDLE, LAPTOP)).toEqual(FIT);
    expect(zoomOrFit(FIT, MIDDLE, { ...LAPTOP, picture: { width: 900, height: 500 } }).scale).toBe(2);
  });
});

describe('moving', () => {
  it('stops at the edges of the picture', () => {
    expect(moveBy({ scale: 2, x: 0, y: 0 }, { x: 1e4, y: -1e4 }, LAPTOP)).toEqual({
      scale: 2,
      x: 300,
      y: -300,
    });
  });

  it('does not move a picture that is seen whole', () => {
    expect(moveBy(FIT, { x: 50, y: 50 }, LAPTOP)).toEqual(FIT);
  });

  it('comes back inside when the pane grows', () => {
    const grown = { ...LAPTOP, pane: { width: 2000, height: 1200 } };
    expect(keepInside({ scale: 1, x: 300, y: 300 }, grown)).toEqual(FIT);
  });
});

describe('what is seen', () => {
  it('is the picture while it fits, and the pane once it is larger', () => {
    expect(seenPart(FIT, LAPTOP)).toEqual({ left: 100, right: 900, top: 0, bottom: 600 });
    expect(seenPart({ scale: 3, x: 0, y: 0 }, LAPTOP)).toEqual({ left: 0, right: 1000, top: 0, bottom: 600 });
    const wide = { ...LAPTOP, picture: { width: 8000, height: 1000 } };
    expect(seenPart({ scale: 2, x: 0, y: 0 }, wide)).toEqual({ left: 0, right: 1000, top: 175, bottom: 425 });
  });
});
