import type { LocalizedText } from '@app/contracts';
import { currentLanguage } from '../../words/words.js';

/** What a task type is called; its key where nobody knows. */
export function typeTitle(
  type: string,
  types: readonly { type: string; title: LocalizedText | null }[],
): string {
  return types.find((each) => each.type === type)?.title?.[currentLanguage()] ?? type;
}
