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
  const low = createPlane(plane.width, height);
  for (const { target, source, share } of areaShares(plane.height, height)) {
    const [from, to] = [source * plane.width, target * plane.width];
    for (let x = 0; x < plane.width; x++)
      low.data[to + x] = low.data[to + x]! + plane.data[from + x]! * share;
  }
  const shares = areaShares(plane.width, width);
  const result = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * plane.width, y * width];
    for (const { target, source, share } of shares) {
      result.data[to + target] = result.data[to + target]! + low.data[from + source]! * share;
    }
  }
  return result;
}

interface Share {
  target: number;
  source: number;
  share: number;
}

/** Which part of each target pixel comes from which source pixel, in order. */
function areaShares(length: number, newLength: number): Share[] {
  const ratio = length / newLength;
  const shares: Share[] = [];
  for (let target = 0; target < newLength; target++) {
    const from = target * ratio;
    const to = Math.min(from + ratio, length);
    for (let source = Math.floor(from); source < to; source++) {
      shares.push({ target, source, share: (Math.min(source + 1, to) - Math.max(source, from)) / ratio });
    }
  }
  return shares;
}
