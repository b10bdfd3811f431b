import type { AuditEntryView } from '@app/contracts';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { say } from '../terminal.js';
import { auditLines } from './audit-lines.js';

/** `photo-repair audit`: who did what, the newest first. */
export async function showAudit({
  limit,
  cursor,
  json,
  ...flags
}: AdminFlags & { limit: string; cursor?: string; json: boolean }): Promise<void> {
  const answer = await AdminApi.of(flags).call<{ items: AuditEntryView[]; next_cursor: string | null }>(
    'GET',
    'audit',
    { params: { limit, cursor } },
  );
  if (json) return say(JSON.stringify(answer));
  for (const line of auditLines(answer.items)) say(line);
  if (answer.next_cursor !== null) {
    say();
    say(`Older ones: --cursor ${answer.next_cursor}`);
  }
}
