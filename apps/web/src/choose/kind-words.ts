import type { LocalizedText, TaskTypeView } from '@app/contracts';
import i18next from 'i18next';
import type { Language } from '../words/words.js';

/**
 * What a task type is called: its title in the catalog, our own words for `auto`. A type that the catalog has no more
 * (photos of former times) goes by its key.
 */
export function kindTitle(type: string, types: readonly TaskTypeView[], language: Language): string {
  if (type === 'auto') return i18next.t('choose:auto.title', { lng: language });
  return text(type, types, language, 'title') ?? type;
}

/** What it does, in a sentence; empty where the catalog says nothing. */
export function kindDescription(type: string, types: readonly TaskTypeView[], language: Language): string {
  if (type === 'auto') return i18next.t('choose:auto.description', { lng: language });
  return text(type, types, language, 'description') ?? '';
}

function text(
  type: string,
  types: readonly TaskTypeView[],
  language: Language,
  what: 'title' | 'description',
): string | undefined {
  const words: LocalizedText | undefined = types.find((view) => view.type === type)?.[what];
  return words?.[language];
}
