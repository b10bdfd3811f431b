import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFaceCascade, type FaceCascade } from './face-cascade.js';
import { type Face, findFaces } from './face-finder.js';
import { mirrored, type Plane, resizeByArea } from './plane.js';
import { finish } from './time-slices.js';

let cascade: FaceCascade;
let portrait: Plane;

beforeAll(async () => {
  const { FACE_CASCADE } = await import('./face-cascade.data.js');
  cascade = decodeFaceCascade(FACE_CASCADE);
  const { data, info } = await sharp('test/fixtures/photos/grace-hopper.jpg')
    .resize({ width: 256 })
    .greyscale()
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  portrait = { data: Float32Array.from(data, (byte) => byte / 2.55), width: info.width, height: info.height };
});

/** The face fills this part of the portrait: x from 0.3 to 0.68, y from 0.18 to 0.52 or so. */
function expectTheFace({ x, y, side }: Face, width: number, height: number): void {
  expect(x / width).toBeGreaterThan(0.42);
  expect(x / width).toBeLessThan(0.62);
  expect(y / height).toBeGreaterThan(0.27);
  expect(y / height).toBeLessThan(0.45);
  expect(side / width).toBeGreaterThan(0.25);
  expect(side / width).toBeLessThan(0.55);
}

describe('finding faces', () => {
  it('finds the one face of a portrait', () => {
    const faces = finish(findFaces(portrait, cascade));
    expect(faces).toHaveLength(1);
    expectTheFace(faces[0]!, portrait.width, portrait.height);
  });

  it('finds it in another size, mirrored and paler', () => {
    const small = mirrored(resizeByArea(portrait, 140, 164));
    const pale = { ...small, data: small.data.map((value) => 40 + value * 0.4) };
    const faces = finish(findFaces(pale, cascade));
    expect(faces).toHaveLength(1);
    const [{ x, y, side }] = faces as [Face];
    expectTheFace({ x: 140 - x, y, side }, 140, 164);
  });

  it('finds none in an empty, a striped and a very small picture', () => {
    const make = (width: number, height: number, value: (x: number) => number): Plane => ({
      data: Float32Array.from({ length: width * height }, (_, i) => value(i % width)),
      width,
      height,
    });
    expect(
      finish(
        findFaces(
          make(120, 90, () => 50),
          cascade,
        ),
      ),
    ).toEqual([]);
    expect(
      finish(
        findFaces(
          make(120, 90, (x) => (x % 8 < 4 ? 20 : 80)),
          cascade,
        ),
      ),
    ).toEqual([]);
    expect(
      finish(
        findFaces(
          make(12, 9, (x) => x * 8),
          cascade,
        ),
      ),
    ).toEqual([]);
  });
});
