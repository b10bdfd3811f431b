export interface Chapter {
  /** As GitHub makes it of the heading. */
  readonly anchor: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

/** The chapters of the runbook: what stands under each heading of the second level. */
export function readChapters(markdown: string): Chapter[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((chapter) => {
      const end = chapter.indexOf('\n');
      const title = (end === -1 ? chapter : chapter.slice(0, end)).trim();
      return { anchor: anchorOf(title), title, text: end === -1 ? '' : chapter.slice(end + 1).trim() };
    });
}

/** The chapter that is meant; undefined where the API names one that this page does not know. */
export function findChapter(chapters: readonly Chapter[], anchor: string): Chapter | undefined {
  return chapters.find((chapter) => chapter.anchor === anchorOf(anchor));
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}
