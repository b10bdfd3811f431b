import type { LocalizedText } from '@app/contracts';

const HAN = /\p{Script=Han}/u;
const LATIN = /\p{Script=Latin}/u;

/**
 * A name in two languages side by side, such as `Old Streets 老街道` or `老街道 / Old Streets`, taken apart: words
 * without Chinese characters first and words with them behind, or the other way round. Any other text is for both.
 */
export function bilingual(text: string): LocalizedText {
  const words = text.split(/[\s_/|、]+/u).filter((word) => word !== '' && word !== '-');
  const kinds = words.map((word) => (HAN.test(word) ? 'zh' : 'en'));
  const turn = kinds.findIndex((kind, index) => index > 0 && kind !== kinds[index - 1]);
  const isMixed = words.some((word) => HAN.test(word) && LATIN.test(word));
  const whole = text.trim();
  if (turn < 0 || isMixed || kinds.slice(turn).some((kind) => kind !== kinds[turn])) {
    return { en: whole, 'zh-CN': whole };
  }
  const [first, second] = [words.slice(0, turn).join(' '), words.slice(turn).join(' ')];
  return kinds[0] === 'zh' ? { en: second, 'zh-CN': first } : { en: first, 'zh-CN': second };
}

/** The part of a name that has a language of its own; undefined where the name is not in two languages. */
export function englishPart(text: string): string | undefined {
  const { en, 'zh-CN': zh } = bilingual(text);
  return en === zh ? undefined : en;
}
