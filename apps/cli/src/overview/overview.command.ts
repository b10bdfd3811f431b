import type { OverviewView } from '@app/contracts';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { say } from '../terminal.js';
import { overviewLines } from './overview-lines.js';

/** `photo-repair overview`: what is going on, and why photos do not flow. */
export async function showOverview({ json, ...flags }: AdminFlags & { json: boolean }): Promise<void> {
  const view = await AdminApi.of(flags).call<OverviewView>('GET', 'overview');
  if (json) return say(JSON.stringify(view));
  for (const line of overviewLines(view, Date.now())) say(line);
}
