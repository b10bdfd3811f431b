import i18next from 'i18next';
import { v7 as newId } from 'uuid';
import type { AlbumView } from '@app/contracts';
import { ApiProblem } from '../api/api-problem.js';
import { callApi } from '../api/call-api.js';
import { beginSession } from '../api/session.js';
import type { PhotoProblem } from '../photo/photo.js';
import { currentLanguage } from '../words/words.js';
import { draftNews } from './draft-news.js';
import { waitFor } from './patience.js';

const REFUSED_MS = 10_000;

/** The album that was begun on the home page: it is made as soon as the API answers, and tried until then. */
export class DraftAlbum {
  /** Its name until the API has given it one; null while none is begun. */
  draft: string | null = null;
  private isMaking = false;
  private wakeUp: (() => void) | null = null;

  /** @param onMade called with the draft's name and the id of its album. */
  constructor(private readonly onMade: (draft: string, albumId: string) => void) {
    window.addEventListener('online', () => this.wakeUp?.());
  }

  /** The draft that photos without an album belong to; `name` is that of an earlier visit. */
  begin(name?: string): string {
    this.draft ??= name ?? newId();
    if (!this.isMaking) void this.make(this.draft);
    return this.draft;
  }

  private async make(draft: string): Promise<void> {
    this.isMaking = true;
    draftNews.tell({ albumId: null, problem: null });
    const albumId = await this.untilMade(draft);
    this.isMaking = false;
    this.draft = null;
    this.onMade(draft, albumId);
    draftNews.tell({ albumId, problem: null });
  }

  private async untilMade(draft: string): Promise<string> {
    const body = { title: title() };
    // However often it is asked for, also after a reload, it becomes one album.
    let idempotencyKey = draft;
    for (let tries = 0; ; tries += 1) {
      try {
        await beginSession();
        return (await callApi<AlbumView>('/v1/albums', { method: 'POST', body, idempotencyKey })).id;
      } catch (error) {
        const problem = error instanceof ApiProblem ? error : new ApiProblem('internal_error', null);
        // Asked for under another title, on another day or in another language, and nobody heard the answer.
        if (problem.code === 'idempotency_key_reused') idempotencyKey = newId();
        draftNews.tell({ albumId: null, problem: problem.code satisfies PhotoProblem });
        // Photos wait for it, so even a no is asked for again: whoever runs the API may change their mind.
        await this.rest(waitFor(problem, tries) ?? REFUSED_MS);
      }
    }
  }

  private async rest(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      setTimeout(resolve, ms);
    });
    this.wakeUp = null;
  }
}

function title(): string {
  const date = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'long' }).format(new Date());
  return i18next.t('add:album_title', { date });
}
