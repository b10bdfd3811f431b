import { MAX_PHOTO_MB } from '../photo-sentence.js';
import { say, type Language } from '../words.js';
import { element } from './element.js';
import { icon } from './icon.js';

/** JPEG first and no HEIC: with this list iPhones and Macs hand their HEIC photos over as JPEG. */
const ACCEPT = 'image/jpeg,image/png,image/bmp';

/** The field to drop photos on, with the button that does the same for fingers and keys. */
export class AddPhotos {
  readonly root: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly button: HTMLButtonElement;
  private readonly wait: HTMLElement;

  constructor(language: Language, onFiles: (files: File[]) => void) {
    this.input = element('input', {
      type: 'file',
      multiple: true,
      accept: ACCEPT,
      hidden: true,
      change: () => {
        const files = [...(this.input.files ?? [])];
        // Emptied, so that choosing the same file once more is a change again.
        this.input.value = '';
        onFiles(files);
      },
    });
    this.button = element(
      'button',
      { type: 'button', class: 'button button-main button-large', click: () => this.input.click() },
      say(language, 'add.choose'),
    );
    this.wait = element('p', { class: 'small', hidden: true }, say(language, 'add.wait'));
    this.root = element(
      'div',
      { class: 'add', 'data-drop': say(language, 'add.drop_now') },
      icon('add'),
      element('p', { class: 'add-drop' }, say(language, 'add.drop')),
      this.button,
      this.input,
      element('p', { class: 'small' }, say(language, 'add.hint', { max: MAX_PHOTO_MB })),
      this.wait,
    );
  }

  /** Off until the page knows what can be asked for. */
  enable(enabled: boolean): void {
    this.button.disabled = !enabled;
    this.wait.hidden = enabled;
  }

  /** Shows that the photos held over the page would be taken. */
  invite(dragging: boolean): void {
    this.root.classList.toggle('add-inviting', dragging);
  }
}
