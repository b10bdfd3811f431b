import type { TaskPicture, TaskView } from '@app/contracts';
import { say, type Language } from '../words.js';
import { element } from './element.js';

const MIDDLE = 50;

/**
 * Both pictures on top of each other, with a divider between them. The range input under the picture moves it (keys,
 * screen readers, switch control); dragging or tapping the picture itself does the same.
 */
export function beforeAfter(
  task: TaskView,
  result: TaskPicture,
  name: string,
  language: Language,
): HTMLElement {
  const picture = element(
    'div',
    { class: 'compare-picture' },
    photo(task.urls.original, result, 'compare-before'),
    photo(result.url, result, 'compare-after'),
    element('span', { class: 'compare-label compare-label-before' }, say(language, 'photo.before')),
    element('span', { class: 'compare-label compare-label-after' }, say(language, 'photo.after')),
    element('span', { class: 'compare-divider' }),
  );
  const range = element('input', {
    type: 'range',
    class: 'compare-range',
    min: 0,
    max: 100,
    value: MIDDLE,
    'aria-label': say(language, 'photo.compare', { name }),
    input: () => show(),
  });
  const figure = element('div', { class: 'compare' }, picture, range);
  figure.style.setProperty('--ratio', String(result.width / result.height));

  function show(): void {
    figure.style.setProperty('--divider', `${range.value}%`);
    const percent = 100 - Number(range.value);
    range.setAttribute('aria-valuetext', say(language, 'photo.compare_value', { percent }));
  }

  function follow(event: PointerEvent): void {
    const box = picture.getBoundingClientRect();
    range.value = String(Math.round((100 * (event.clientX - box.left)) / box.width));
    show();
  }

  picture.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    picture.setPointerCapture(event.pointerId);
    follow(event);
  });
  picture.addEventListener('pointermove', (event) => {
    if (picture.hasPointerCapture(event.pointerId)) follow(event);
  });
  show();
  return figure;
}

function photo(url: string, size: TaskPicture, kind: string): HTMLImageElement {
  const { width, height } = size;
  return element('img', {
    src: url,
    class: kind,
    width,
    height,
    alt: '',
    loading: 'lazy',
    draggable: 'false',
  });
}
