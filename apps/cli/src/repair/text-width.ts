const segments = new Intl.Segmenter();

/** Han, kana, Hangul, full-width forms and most emoji take two columns of a terminal (Unicode UAX #11, roughly). */
const WIDE =
  /^[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|^\p{Emoji_Presentation}/u;

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  return [...segments.segment(text)].reduce((width, { segment }) => width + (WIDE.test(segment) ? 2 : 1), 0);
}

/** Pads with spaces, or cuts with an ellipsis, to exactly `columns`. */
export function fitTo(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text + ' '.repeat(columns - textWidth(text));
  let kept = '';
  for (const { segment } of segments.segment(text)) {
    if (textWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return fitTo(`${kept}…`, columns);
}
