/**
 * CIELAB as OpenCV computes it for floating point pictures (sRGB, D65), because DDColor was trained on that.
 * Source: OpenCV documentation, "Color conversions", RGB <-> CIE L*a*b*.
 */
const X_WHITE = 0.950456;
const Z_WHITE = 1.088754;

function gammaDecode(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
}

const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => gammaDecode(byte / 255));

/** Linear light, 0 to 1, of an sRGB value from 0 to 255; whole numbers come from a table. */
const linearOf = (value: number): number => LINEAR[value] ?? gammaDecode(value / 255);

/** sRGB, 0 to 1, of linear light. */
export function gammaEncode(linear: number): number {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** Fine enough for black, where a 256th of sRGB is a 3300th of linear light. */
const STEPS = 65_535;
const BYTES = Uint8Array.from({ length: STEPS + 1 }, (_, i) => Math.round(255 * gammaEncode(i / STEPS)));

/** The sRGB byte of linear light; what is outside 0 to 1 is clamped. */
export function byteOfLinear(linear: number): number {
  return BYTES[Math.round(Math.min(Math.max(linear, 0), 1) * STEPS)]!;
}

function luminanceOf(r: number, g: number, b: number): number {
  return 0.212671 * linearOf(r) + 0.71516 * linearOf(g) + 0.072169 * linearOf(b);
}

/** L* from 0 to 100 of an sRGB colour, 0 to 255 per channel. */
export function lightnessOf(r: number, g: number, b: number): number {
  const y = luminanceOf(r, g, b);
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

/** Relative luminance Y, 0 to 1, of a lightness L*. */
export function luminanceOfLightness(lightness: number): number {
  if (lightness <= 8) return lightness / 903.3;
  const f = (lightness + 16) / 116;
  return f * f * f;
}

const forward = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
const backward = (f: number): number => (f > 0.206893 ? f * f * f : (f - 16 / 116) / 7.787);

/** Linear red, green and blue of a Lab colour; outside 0 to 1 where sRGB cannot show it. */
export function linearRgbOfLab(lightness: number, a: number, b: number): [number, number, number] {
  const y = luminanceOfLightness(lightness);
  const fy = lightness > 8 ? (lightness + 16) / 116 : forward(y);
  const x = backward(fy + a / 500) * X_WHITE;
  const z = backward(fy - b / 200) * Z_WHITE;
  return [
    3.240479 * x - 1.53715 * y - 0.498535 * z,
    -0.969256 * x + 1.875991 * y + 0.041556 * z,
    0.055648 * x - 0.204043 * y + 1.057311 * z,
  ];
}

/** L*, a*, b* of an sRGB colour, 0 to 255 per channel. */
export function labOf(r: number, g: number, b: number): [number, number, number] {
  const [lr, lg, lb] = [linearOf(r), linearOf(g), linearOf(b)];
  const fx = forward((0.412453 * lr + 0.35758 * lg + 0.180423 * lb) / X_WHITE);
  const fy = forward(luminanceOf(r, g, b));
  const fz = forward((0.019334 * lr + 0.119193 * lg + 0.950227 * lb) / Z_WHITE);
  return [lightnessOf(r, g, b), 500 * (fx - fy), 200 * (fy - fz)];
}
