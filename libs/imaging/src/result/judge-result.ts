import { distance, lightnessOf, tintOf, type Colour, type Look } from './look.js';
import { ResultError } from './result.errors.js';

/*
 * A false alarm loses somebody's photo, a missed fault shows them a bad picture. So each rule asks for what no sound
 * engine makes of a photo, measures photo and result in the same way, and says nothing where the photo gives no hold:
 * a photo that is black, white or empty itself may come back so.
 */

/** Rounding to 8 bits, and on the way through another colour space and back. */
const EQUAL_LEVELS = 2;

/** Of 65,536 cells, this many may be otherwise in a picture of one colour. */
const FLAT_SHARE = 0.001;

/** Paper and sky are within this many levels of their main colour. */
const CONTENT_LEVELS = 8;
/** The least part that is something else than paper or sky in a photo that must not come back as one colour. */
const CONTENT_SHARE = 0.01;
/** The same where it came back in its own main colour: specks and scratches may have been taken away on purpose. */
const MAIN_CONTENT_SHARE = 0.1;
const MAIN_COLOUR_LEVELS = 16;

/** A colouring keeps how light things are; one whose flat result is so far off has made something else. */
const LIGHTNESS_LEVELS = 64;

/** Between these there is room for colour: black and white have none, and next to them it is hardly seen. */
const [DARK, LIGHT] = [40, 215];
/** The least part of such tones in a photo that must not stay grey; line art and scanned pages have less. */
const MIDTONE_SHARE = 0.05;

/** The mean tint of a scan or a JPEG of a grey photo; sepia has more. */
const GREY_TINT = 6;

/** What has no light at all in the result and so much at the same place in the photo is not the photo's doing. */
const LIT_LEVEL = 64;
const BLANK_SHARE = 0.02;

/** The photo that the engine got. */
export interface PhotoLooks {
  /** Each cell is the mean of its pixels. */
  means: () => Promise<Look>;
  /** Each cell is one of its pixels: the mean of black and white dots is a grey that no pixel of a print has. */
  points: () => Promise<Look>;
}

/**
 * Throws `ResultError` where a result that decodes and has the right size cannot be the photo's. The looks at
 * the photo are taken only where the result alone looks suspicious. Its means have to be of the result's size where the
 * pictures are of one shape; where they are not, nothing is compared cell by cell.
 *
 * A tensor of NaN comes out of ComfyUI's SaveImage (clip to 0-255, cast to 8 bits) as black, one of infinity as white:
 * measured with numpy 2.4 on x86-64 with AVX-512, in half, single and double precision.
 */
export async function judgeResult(result: Look, photo: PhotoLooks, colours: boolean): Promise<void> {
  const main = result.median();
  if (result.share((colour) => distance(colour, main) > EQUAL_LEVELS) <= FLAT_SHARE) {
    return checkOneColour(main, await photo.means(), colours);
  }
  if (!colours) return;
  const isPartlyBlack = result.share(isBlack) >= BLANK_SHARE;
  const isPale = result.mean(tintOf) <= GREY_TINT;
  if (!isPartlyBlack && !isPale) return;
  const before = await photo.means();
  if (isPartlyBlack) checkBlankPart(result, before);
  if (isPale) await checkColours(result, before, photo.points);
}

function checkOneColour(main: Colour, photo: Look, colours: boolean): void {
  const usual = photo.median();
  const content = photo.share((colour) => distance(colour, usual) > CONTENT_LEVELS);
  const isUsual = distance(main, usual) <= MAIN_COLOUR_LEVELS;
  const isOtherLight = Math.abs(lightnessOf(main) - lightnessOf(usual)) > LIGHTNESS_LEVELS;
  const least = isUsual ? MAIN_CONTENT_SHARE : CONTENT_SHARE;
  if (content < least && !(colours && isOtherLight)) return;
  throw new ResultError(
    'one_colour',
    `The engine's picture is of one colour (${rgb(main)}), while the photo is ${rgb(usual)} with ${percent(content)} of something else.`,
  );
}

/** A part of the network's tensor was NaN: one tile, say. */
function checkBlankPart(result: Look, photo: Look): void {
  if (!areComparable(result, photo)) return;
  const lost = result.share(
    (colour, cell) => isBlack(colour) && lightnessOf(photo.colourAt(cell)) >= LIT_LEVEL,
  );
  if (lost < BLANK_SHARE) return;
  throw new ResultError(
    'blank_part',
    `The engine's picture is black in ${percent(lost)} of what the photo shows.`,
  );
}

/** It is grey all over, or it is the photo with the faint tint that the photo had. */
async function checkColours(result: Look, photo: Look, points: PhotoLooks['points']): Promise<void> {
  const isGrey = result.share((colour) => tintOf(colour) > EQUAL_LEVELS) === 0;
  if (!isGrey && !isUnchanged(result, photo)) return;
  const usual = photo.median();
  if (photo.share((colour) => distance(colour, usual) > CONTENT_LEVELS) < MAIN_CONTENT_SHARE) return;
  const midtones = (await points()).share((colour) => isMidtone(lightnessOf(colour)));
  if (midtones < MIDTONE_SHARE) return;
  const what = isGrey ? 'is grey all over' : 'is the photo as it was';
  throw new ResultError(
    'no_colour',
    `The engine's picture ${what}, though ${percent(midtones)} of the photo could have colour.`,
  );
}

const isUnchanged = (result: Look, photo: Look): boolean =>
  areComparable(result, photo) &&
  result.share((colour, cell) => distance(colour, photo.colourAt(cell)) > EQUAL_LEVELS) === 0;

const areComparable = (one: Look, other: Look): boolean =>
  one.size.width === other.size.width && one.size.height === other.size.height;

const isBlack = ([red, green, blue]: Colour): boolean => red + green + blue === 0;

const isMidtone = (lightness: number): boolean => lightness >= DARK && lightness <= LIGHT;

const rgb = (colour: Colour): string => `rgb ${colour.join(' ')}`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
