import { countPhotos, type PageState } from '../task-state.js';
import { say, type Language } from '../words.js';
import { element } from './element.js';

/** Screen readers finish a sentence in this time; several photos that end together become one sentence. */
const PAUSE_MS = 3000;

/** Tells screen readers what matters (photos that ended, the connection), and nothing of every percent. */
export class Announcer {
  readonly root = element('p', { class: 'for-ears', role: 'status', 'aria-live': 'polite' });
  private last: { ended: number; away: boolean } | null = null;
  private pending: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  hear(state: PageState, language: Language): void {
    const { total, done, failed } = countPhotos(state);
    const now = { ended: done + failed, away: state.link === 'away' };
    const before = this.last ?? now;
    this.last = now;
    if (now.away !== before.away) this.say(say(language, now.away ? 'link.away' : 'say.back'));
    if (now.ended <= before.ended) return;
    const key = failed > 0 ? 'say.progress_failed' : 'say.progress';
    this.say(say(language, key, { done, total, failed }));
  }

  private say(sentence: string): void {
    this.pending = sentence;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.pending !== null) this.root.textContent = this.pending;
      this.pending = null;
    }, PAUSE_MS);
  }
}
