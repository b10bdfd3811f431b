import type { TaskTypeView } from '@app/contracts';
import { offeredTypes } from '../offered-types.js';
import { countPhotos, type PageState, type Photo } from '../task-state.js';
import { say, type Language } from '../words.js';
import { AddPhotos } from './add-photos.js';
import { element, showText } from './element.js';
import { kindChoice } from './kind-choice.js';
import { PhotoList } from './photo-list.js';

export interface PageActions {
  canTryAgain: (photo: Photo) => boolean;
  onAgain: (photo: Photo) => void;
  onChoose: (type: string) => void;
  onFiles: (files: File[]) => void;
  onLanguage: () => void;
  onRemove: (photo: Photo) => void;
}

/** The whole page in one language; another language is another Page. */
export class Page {
  readonly root: HTMLElement;
  private readonly kinds = element('div');
  private readonly notice = element('p', { class: 'notice', hidden: true });
  private readonly add: AddPhotos;
  private readonly list: PhotoList;
  private readonly languageButton: HTMLButtonElement;
  private types: readonly TaskTypeView[] | null = null;

  constructor(
    private readonly language: Language,
    private readonly actions: PageActions,
  ) {
    document.documentElement.lang = language;
    const viewOf = (type: string) => this.types?.find((known) => known.type === type);
    const titleOf = (type: string) => viewOf(type)?.title[language] ?? type;
    const colours = (type: string) => viewOf(type)?.colours ?? true;
    this.add = new AddPhotos(language, actions.onFiles);
    this.list = new PhotoList(language, { ...actions, titleOf, colours });
    this.languageButton = element(
      'button',
      {
        type: 'button',
        class: 'button button-small',
        lang: otherLanguage(language),
        click: actions.onLanguage,
      },
      say(language, 'page.language'),
    );
    this.root = element(
      'div',
      { class: 'page' },
      element('header', {}, element('h1', {}, say(language, 'page.title')), this.languageButton),
      element(
        'main',
        {},
        element('p', { class: 'intro' }, say(language, 'page.intro')),
        this.notice,
        this.kinds,
        this.add.root,
        this.list.root,
      ),
    );
  }

  showTypes(types: readonly TaskTypeView[] | null, chosen: string | null): void {
    this.types = types;
    this.kinds.replaceChildren(
      kindChoice(types && offeredTypes(types), chosen, this.language, this.actions.onChoose),
    );
    this.add.enable(types !== null && types.length > 0);
  }

  show(state: PageState): void {
    const { total, done, unsent } = countPhotos(state);
    const title = say(this.language, 'page.title');
    document.title = total === 0 ? title : `(${done}/${total}) ${title}`;
    const away = say(this.language, 'link.away');
    const open = unsent > 0 ? ` ${say(this.language, 'link.away_unsent')}` : '';
    showText(this.notice, state.link === 'away' ? away + open : null);
    this.list.show(state);
  }

  invite(dragging: boolean): void {
    this.add.invite(dragging);
  }

  /** On a phone the list begins below the screen; without this nothing seems to happen. */
  revealNewest(): void {
    this.list.revealFirst();
  }

  /** After a change of language the switch keeps the focus, so that keys and screen readers stay where they were. */
  focusLanguage(): void {
    this.languageButton.focus();
  }
}

export function otherLanguage(language: Language): Language {
  return language === 'en' ? 'zh-CN' : 'en';
}
