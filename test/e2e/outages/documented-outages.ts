import { readFileSync } from 'node:fs';

/** A row of the table "Ten outages" in docs/OPERATING.md. */
export interface DocumentedOutage {
  outage: string;
  /** The page's sentence, with `…` for what differs from case to case. */
  says: string;
  alerts: string[];
  /** Headings of docs/RUNBOOK.md; the page leads to the first. */
  chapters: string[];
}

const HEADING = '## Ten outages';

export function documentedOutages(): DocumentedOutage[] {
  const text = readFileSync('docs/OPERATING.md', 'utf8');
  const section = text.slice(text.indexOf(HEADING)).split(/\n## /)[0]!;
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => {
    const [outage = '', says = '', alerts = '', chapters = ''] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return {
      outage,
      says,
      alerts: [...alerts.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
      chapters: [...chapters.matchAll(/\[(\w+)\]\(RUNBOOK\.md#(\w+)\)/g)].map(([, title, anchor]) => {
        if (title!.toLowerCase() !== anchor) throw new Error(`[${title}] leads to #${anchor}.`);
        return title!;
      }),
    };
  });
}

/** The text of a chapter of the runbook. @throws Error where there is none. */
export function runbookChapter(title: string): string {
  const chapter = readFileSync('docs/RUNBOOK.md', 'utf8')
    .split(/^## /m)
    .find((each) => each.startsWith(`${title}\n`));
  if (chapter === undefined) throw new Error(`The runbook has no chapter ${title}.`);
  return chapter.slice(title.length).trim();
}
