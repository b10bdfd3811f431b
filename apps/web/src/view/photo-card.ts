import {
  progressOf,
  savedName,
  whatHappensNow,
  whenReady,
  whoColouredIt,
  whyNot,
} from '../photo-sentence.js';
import { canTakeOff, type Photo } from '../task-state.js';
import { say, type Language } from '../words.js';
import { beforeAfter } from './before-after.js';
import { element, showText } from './element.js';
import { icon, iconOfType } from './icon.js';

export interface PhotoCardActions {
  titleOf: (type: string) => string;
  /** Whether photos of this type get colours. */
  colours: (type: string) => boolean;
  canTryAgain: (photo: Photo) => boolean;
  onAgain: (photo: Photo) => void;
  onRemove: (photo: Photo) => void;
}

/** One photo of the list, from added to done. `show` is called after each change and touches only what changed. */
export class PhotoCard {
  readonly root: HTMLLIElement;
  private photo: Photo;
  private readonly picture = element('div', { class: 'card-picture' });
  private readonly now = element('p', { class: 'card-now' });
  private readonly when = element('p', { class: 'card-when' });
  private readonly bar: HTMLProgressElement;
  private readonly why = element('p', { class: 'card-why' });
  private readonly honest = element('p', { class: 'card-honest' });
  private readonly download = element('a', { class: 'button button-main' });
  private readonly again: HTMLButtonElement;
  private readonly remove: HTMLButtonElement;
  private shownPicture: string | null = null;

  constructor(
    photo: Photo,
    private readonly language: Language,
    private readonly actions: PhotoCardActions,
  ) {
    const { name } = photo;
    this.photo = photo;
    this.bar = element('progress', { max: 100, 'aria-label': say(language, 'photo.progress', { name }) });
    this.download.append(icon('save'), say(language, 'act.download'));
    this.again = element(
      'button',
      { type: 'button', class: 'button', click: () => actions.onAgain(this.photo) },
      say(language, 'act.again'),
    );
    this.remove = element(
      'button',
      {
        type: 'button',
        class: 'button button-quiet',
        'aria-label': say(language, 'act.remove_named', { name }),
        click: () => actions.onRemove(this.photo),
      },
      say(language, 'act.remove'),
    );
    this.root = element(
      'li',
      { class: 'card', 'data-key': photo.key },
      this.picture,
      element(
        'div',
        { class: 'card-text' },
        element('h3', { class: 'card-name', title: name }, name),
        element('p', { class: 'card-type' }, iconOfType(photo.type), actions.titleOf(photo.type)),
        this.now,
        this.when,
        this.bar,
        this.why,
        this.honest,
        element('div', { class: 'card-actions' }, this.download, this.again, this.remove),
      ),
    );
    this.show(photo);
  }

  show(photo: Photo): void {
    this.photo = photo;
    this.root.dataset['phase'] = photo.phase;
    showText(this.now, whatHappensNow(photo, this.language));
    showText(this.when, whenReady(photo, this.language, Date.now()));
    showText(this.why, whyNot(photo, this.language));
    this.showProgress(photo);
    this.showPicture(photo);
    this.showResult(photo);
    this.again.hidden = !this.actions.canTryAgain(photo);
    this.remove.hidden = !canTakeOff(photo);
  }

  private showProgress(photo: Photo): void {
    const progress = progressOf(photo);
    this.bar.hidden = progress === null;
    if (progress === 'busy') this.bar.removeAttribute('value');
    else this.bar.value = progress ?? 0;
  }

  private showPicture(photo: Photo): void {
    const result = photo.phase === 'done' ? photo.task?.output : null;
    const wanted = result ? result.url : (photo.thumbnail ?? 'none');
    if (wanted === this.shownPicture) return;
    this.shownPicture = wanted;
    const { name } = photo;
    if (result && photo.task) {
      this.picture.replaceChildren(beforeAfter(photo.task, result, name, this.language));
    } else if (photo.thumbnail !== null) {
      const alt = say(this.language, 'photo.picture', { name });
      this.picture.replaceChildren(element('img', { src: photo.thumbnail, class: 'thumbnail', alt }));
    } else {
      this.picture.replaceChildren(element('div', { class: 'thumbnail thumbnail-none' }, icon('picture')));
    }
  }

  private showResult(photo: Photo): void {
    const { output, engine } = photo.task ?? {};
    const done = photo.phase === 'done' && output != null;
    this.download.hidden = !done;
    if (done) {
      this.download.href = output.url;
      this.download.download = savedName(photo.name);
    }
    const sentences = [
      say(this.language, 'honest.guess'),
      engine ? whoColouredIt(engine, this.language) : '',
    ];
    const isGuess = done && this.actions.colours(photo.type);
    showText(this.honest, isGuess ? sentences.join(this.language === 'en' ? ' ' : '').trim() : null);
  }
}
