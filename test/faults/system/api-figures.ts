import type { ApiFigures } from '../check/observation.js';
import { AUTHORIZATION } from '../clients/operator-key.js';
import type { AppProcess } from './app-process.js';

/** What an API's metrics say of its tasks. @throws Error where it does not tell. */
export async function figuresOf({ name, url, starts }: AppProcess): Promise<ApiFigures> {
  const answer = await fetch(`${url}/metrics`, { headers: AUTHORIZATION });
  if (!answer.ok) throw new Error(`The metrics of ${name} were answered with ${answer.status}.`);
  const text = await answer.text();
  return {
    api: name,
    isWhole: starts === 1,
    inState: read(text, 'photo_repair_tasks_in_state', ['type', 'state']),
    submitted: read(text, 'photo_repair_tasks_submitted_total', ['type']),
    finished: read(text, 'photo_repair_tasks_finished_total', ['type', 'outcome']),
  };
}

/** The samples that are not 0, added up by these labels. */
function read(text: string, metric: string, labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, words = '', value] of text.matchAll(new RegExp(`^${metric}\\{(.*)\\} (\\d+)$`, 'gm'))) {
    const name = labels.map((label) => new RegExp(`\\b${label}="([^"]*)"`).exec(words)?.[1]).join(' ');
    if (value !== '0') counts.set(name, (counts.get(name) ?? 0) + Number(value));
  }
  return counts;
}
