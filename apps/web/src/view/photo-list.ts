import { countPhotos, type PageState, type Photo } from '../task-state.js';
import { say, type Language } from '../words.js';
import { element, showText } from './element.js';
import { PhotoCard, type PhotoCardActions } from './photo-card.js';

/** The list of photos under its heading. Cards are kept by key, so a focused button survives every change. */
export class PhotoList {
  readonly root: HTMLElement;
  private readonly list = element('ul', { class: 'cards' });
  private readonly counter = element('p', { class: 'counter' });
  private cards = new Map<string, { card: PhotoCard; photo: Photo }>();

  constructor(
    private readonly language: Language,
    private readonly actions: PhotoCardActions,
  ) {
    this.root = element(
      'section',
      { class: 'photos', 'aria-labelledby': 'photos-heading', hidden: true },
      element(
        'div',
        { class: 'photos-head' },
        element('h2', { id: 'photos-heading' }, say(language, 'page.heading')),
        this.counter,
      ),
      this.list,
      element('p', { class: 'small' }, say(language, 'page.privacy')),
    );
  }

  show(state: PageState): void {
    const { total, done } = countPhotos(state);
    this.root.hidden = total === 0;
    showText(this.counter, total === 0 ? null : say(this.language, 'page.counter', { done, total }));
    const next = new Map<string, { card: PhotoCard; photo: Photo }>();
    for (const photo of state.photos) {
      const known = this.cards.get(photo.key);
      const card = known?.card ?? new PhotoCard(photo, this.language, this.actions);
      if (known && known.photo !== photo) card.show(photo);
      next.set(photo.key, { card, photo });
    }
    for (const [key, { card }] of this.cards) if (!next.has(key)) card.root.remove();
    this.cards = next;
    [...next.values()].forEach(({ card }, index) => {
      const there = this.list.children[index] ?? null;
      if (there !== card.root) this.list.insertBefore(card.root, there);
    });
  }

  /** Scrolls as little as it takes to see the first photo. */
  revealFirst(): void {
    this.list.firstElementChild?.scrollIntoView({ block: 'nearest' });
  }
}
