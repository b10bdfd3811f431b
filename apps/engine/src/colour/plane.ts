/** One channel of a picture: `data.length === width * height`. */
export interface Plane {
  data: Float32Array;
  width: number;
  height: number;
}

export function createPlane(width: number, height: number): Plane {
  return { data: new Float32Array(width * height), width, height };
}

/** The size of a picture made at most `longest` pixels long and high; never larger than it is, never nothing. */
export function sizeWithin(
  { width, height }: Omit<Plane, 'data'>,
  longest: number,
): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/** Left and right exchanged. */
export function mirrored(plane: Plane): Plane {
  const result = createPlane(plane.width, plane.height);
  for (let row = 0; row < plane.data.length; row += plane.width) {
    result.data.set(plane.data.subarray(row, row + plane.width).toReversed(), row);
  }
  return result;
}

interface Tap {
  first: number;
  second: number;
  share: number;
}

/** For each target pixel the two source pixels around its centre, and how much the second one counts. */
export function bilinearTaps(source: number, target: number): Tap[] {
  return Array.from({ length: target }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
    const first = Math.floor(at);
    return { first, second: Math.min(first + 1, source - 1), share: at - first };
  });
}

/** Bilinear with half-pixel centres and no antialiasing, like OpenCV's `INTER_LINEAR`. */
export function resizeBilinear(plane: Plane, width: number, height: number): Plane {
  const result = createPlane(width, height);
  const columns = bilinearTaps(plane.width, width);
  const rows = bilinearTaps(plane.height, height);
  const { data } = plane;
  let at = 0;
  for (const row of rows) {
    const top = row.first * plane.width;
    const bottom = row.second * plane.width;
    for (const { first, second, share } of columns) {
      const above = data[top + first]! * (1 - share) + data[top + second]! * share;
      const below = data[bottom + first]! * (1 - share) + data[bottom + second]! * share;
      result.data[at++] = above * (1 - row.share) + below * row.share;
    }
  }
  return result;
}

/** Mean of the source area under each target pixel; enlarges where the target is the larger one. */
export function resizeByArea(plane: Plane, width: number, height: number): Plane {
  if (width > plane.width || height > plane.height) {
    const reduced = resizeByArea(plane, Math.min(width, plane.width), Math.min(height, plane.height));
    return resizeBilinear(reduced, width, height);
  }
  const narrow = createPlane(width, plane.height);
  averageLines(plane.data, narrow.data, plane.height, plane.width, width, 1, plane.width, width);
  const result = createPlane(width, height);
  averageLines(narrow.data, result.data, width, plane.height, height, width, 1, 1);
  return result;
}

function averageLines(
  source: Float32Array,
  target: Float32Array,
  lines: number,
  length: number,
  newLength: number,
  step: number,
  sourceLine: number,
  targetLine: number,
): void {
  const ratio = length / newLength;
  for (let i = 0; i < newLength; i++) {
    const from = i * ratio;
    const to = Math.min((i + 1) * ratio, length);
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (let s = Math.floor(from); s < to; s++) {
        const cover = Math.min(s + 1, to) - Math.max(s, from);
        sum += source[line * sourceLine + s * step]! * cover;
      }
      target[line * targetLine + i * step] = sum / ratio;
    }
  }
}
