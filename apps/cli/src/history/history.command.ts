import type { HistoryView } from '@app/contracts';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { say } from '../terminal.js';
import { historyLines } from './history-lines.js';

/** `photo-repair history`: what came and what became of it lately, step by step. */
export async function showHistory({
  hours,
  type,
  json,
  ...flags
}: AdminFlags & { hours: string; type?: string; json: boolean }): Promise<void> {
  const view = await AdminApi.of(flags).call<HistoryView>('GET', 'history', { params: { hours, type } });
  if (json) return say(JSON.stringify(view));
  for (const line of historyLines(view)) say(line);
}
