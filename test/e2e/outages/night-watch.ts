import type { CauseView, LocalizedText } from '@app/contracts';
import type { Browser } from 'playwright-core';
import { operator as english } from '../../../apps/web/src/words/en/operator.js';
import { operator as chinese } from '../../../apps/web/src/words/zh-CN/operator.js';
import { OPERATOR_KEY } from '../../faults/clients/operator-key.js';
import { Guest } from '../page/guest.js';

/** The page may have to wait for a database that is slow. */
const PATIENCE_MS = 45_000;

/** The words of a language, and the button that changes to it. */
const LANGUAGES = [
  { language: 'zh-CN', words: chinese, button: '中文' },
  { language: 'en', words: english, button: 'English' },
] as const;

type Words = (typeof LANGUAGES)[number]['words'];

/** A new operator in front of the operators' page, who knows nothing but what stands there. */
export class NightWatch {
  private constructor(
    readonly guest: Guest,
    private readonly title: LocalizedText,
  ) {}

  /** `title` is what the page calls the task type of the tests. */
  static async begin(browser: Browser, url: string, title: LocalizedText): Promise<NightWatch> {
    const guest = await Guest.come(browser, url);
    guest.page.setDefaultTimeout(PATIENCE_MS);
    await guest.open('/#/operator', english.sign_in.title);
    await guest.page.getByRole('textbox', { name: english.sign_in.key }).fill(OPERATOR_KEY);
    await guest.page.getByRole('button', { name: english.sign_in.go }).click();
    await guest.heading(english.flow.flows).waitFor();
    return new NightWatch(guest, title);
  }

  /**
   * Waits until the page shows the cause and what to do about it, in both languages, and follows its way into the
   * runbook. Gives the title of the chapter.
   */
  async follows(cause: Pick<CauseView, 'code' | 'subject'>): Promise<string> {
    const { page } = this.guest;
    for (const { language, words, button } of LANGUAGES) {
      await page.getByRole('button', { name: button }).click();
      const { what, todo } = sentences(words, cause, this.title[language]);
      const card = page.getByRole('listitem').filter({ hasText: what });
      await card.getByText(todo).waitFor();
      if (language !== 'en') continue;
      await card.getByRole('link', { name: words.cause.runbook }).click();
    }
    await page.getByRole('navigation', { name: english.runbook.chapters }).waitFor();
    const title = await page.getByRole('heading', { level: 1 }).textContent();
    await page.goBack();
    return title ?? '';
  }

  /** Waits until the page does not show it any more. */
  async isCalm(cause: Pick<CauseView, 'code' | 'subject'>): Promise<void> {
    const { what } = sentences(english, cause, this.title.en);
    await this.isToldNoMore(what);
  }

  /** Waits until this sentence is on the page. */
  async isTold(sentence: string): Promise<void> {
    await this.guest.page.getByText(sentence).waitFor();
  }

  /** Waits until it is there no more. */
  async isToldNoMore(sentence: string): Promise<void> {
    await this.guest.page.getByText(sentence).waitFor({ state: 'detached' });
  }
}

function sentences(
  words: Words,
  { code, subject }: Pick<CauseView, 'code' | 'subject'>,
  title: string,
): { what: string; todo: string } {
  const name = subject ?? '';
  const reasons: Partial<Record<string, { what: string; todo: string }>> = words.reason;
  const { what: reason = name, todo: remedy = '' } = reasons[name] ?? {};
  const values: Record<string, string> = { subject: name, title, reason, remedy };
  const fill = (sentence: string) =>
    sentence.replaceAll(/\{\{(\w+)\}\}/g, (_, value: string) => values[value] ?? '');
  const { what, todo } = words.cause[code];
  return { what: fill(what), todo: fill(todo).trim() };
}
