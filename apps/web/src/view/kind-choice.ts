import type { TaskTypeView } from '@app/contracts';
import { say, type Language } from '../words.js';
import { element } from './element.js';
import { iconOfType } from './icon.js';

/** "What would you like for your photos?": one large choice per task type. */
export function kindChoice(
  types: readonly TaskTypeView[] | null,
  chosen: string | null,
  language: Language,
  onChoose: (type: string) => void,
): HTMLElement {
  const legend = element('legend', {}, say(language, 'kind.question'));
  if (types === null) {
    return element('fieldset', { class: 'kinds' }, legend, element('p', {}, say(language, 'kind.loading')));
  }
  return element(
    'fieldset',
    { class: 'kinds' },
    legend,
    ...types.map(({ type, title, description }) =>
      element(
        'label',
        { class: 'kind' },
        element('input', {
          type: 'radio',
          name: 'kind',
          value: type,
          checked: type === chosen,
          change: () => onChoose(type),
        }),
        iconOfType(type),
        element(
          'span',
          { class: 'kind-words' },
          element('strong', {}, title[language]),
          element('span', { class: 'small' }, description[language]),
        ),
      ),
    ),
  );
}
