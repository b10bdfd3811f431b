/** `scripts/samples.mjs` makes these pictures. */
const FOLDER = './samples';
const WIDTHS = [720, 1080] as const;

/** A picture in several widths, for `src` and `srcset`. */
export interface SizedPicture {
  readonly src: string;
  readonly srcSet: string;
}

function hero(side: 'before' | 'after'): SizedPicture {
  const file = (width: number) => `${FOLDER}/dust-bowl-home-${side}-${width}.webp`;
  return { src: file(WIDTHS[0]), srcSet: WIDTHS.map((width) => `${file(width)} ${width}w`).join(', ') };
}

/** The pair that shows what this system makes: a photo, and what the built-in preview engine made of it. */
export const HERO = {
  name: 'dust_bowl',
  before: hero('before'),
  after: hero('after'),
  sizes: '(min-width: 62em) 34rem, 92vw',
  width: 1080,
  height: 831,
} as const;

/** A photo for those who have none at hand. */
export interface Sample {
  /** Under `samples` in the words of this room. */
  readonly name: 'dust_bowl' | 'alps' | 'hopper';
  /** JPEG, which the API takes. */
  readonly photo: string;
  /** 320 x 240 pixels. */
  readonly small: string;
}

function sample(name: Sample['name'], file: string): Sample {
  return { name, photo: `${FOLDER}/${file}.jpg`, small: `${FOLDER}/${file}-small.webp` };
}

export const SAMPLES: readonly Sample[] = [
  sample('dust_bowl', 'dust-bowl-home'),
  sample('alps', 'french-alpine-landscape'),
  sample('hopper', 'grace-hopper'),
];
