import type { Page } from 'playwright-core';

interface Words {
  readonly [key: string]: string | Words;
}

/** Every sentence of a language, without its key. */
export function flattenWords(words: Words): string[] {
  return Object.values(words).flatMap((value) => (typeof value === 'string' ? [value] : flattenWords(value)));
}

/** Those texts and names on the page that are one of the sentences; what a sentence leaves open may be anything. */
export async function sentencesAmong(page: Page, sentences: readonly string[]): Promise<string[]> {
  const patterns = sentences
    // What is nothing but gaps and signs is in no language.
    .filter((sentence) => /[a-z]{2}/i.test(sentence.replaceAll(/\{\{.*?\}\}/g, '')))
    .map(
      (sentence) =>
        new RegExp(
          `^${sentence
            .split(/\{\{.*?\}\}/)
            .map(escape)
            .join('.+')}$`,
        ),
    );
  return (await shownTexts(page)).filter((text) => patterns.some((pattern) => pattern.test(text)));
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** The part of the browser's DOM that is needed; runs in the page. */
interface Shown {
  ownerDocument: {
    createTreeWalker(of: Shown, texts: 4): { nextNode(): { textContent: string } | null };
  };
  querySelectorAll(selector: string): Iterable<{ getAttribute(name: string): string }>;
}

/** Texts, and what those hear who do not see: names, descriptions, alternatives of pictures. */
function shownTexts(page: Page): Promise<string[]> {
  return page.locator('body').evaluate((element) => {
    const shown = element as unknown as Shown;
    const texts: string[] = [];
    const walker = shown.ownerDocument.createTreeWalker(shown, 4);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node.textContent);
    for (const name of ['aria-label', 'aria-valuetext', 'title', 'alt', 'placeholder'])
      for (const named of shown.querySelectorAll(`[${name}]`)) texts.push(named.getAttribute(name));
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  });
}
