import type { TFunction } from 'i18next';
import type { english } from '../words/en/index.js';
import type { Sight } from './suggestion.js';

/** Why a photo was taken for what it was: one sentence for the person who left it to us. */
export function whyThisKind(because: Sight, t: TFunction<(keyof typeof english)[]>): string {
  return t(`choose:why.${because}`);
}
