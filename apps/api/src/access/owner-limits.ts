import { Inject, Injectable } from '@nestjs/common';
import type { OwnerRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { GroupsStore } from './groups.store.js';

/** What somebody may ask of the system, and how much. */
@Injectable()
export class OwnerLimits {
  constructor(
    private readonly groups: GroupsStore,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /**
   * The task type that an owner gets under the name that it asked for: its group may bind another version of a workflow
   * to it. Whether there is such a type is not looked at.
   * @throws ProblemException `task_type_not_allowed`.
   */
  async taskTypeFor(owner: OwnerRow, asked: string): Promise<string> {
    const allowed = owner.allowed_types === null ? null : (JSON.parse(owner.allowed_types) as string[]);
    if (allowed !== null && !allowed.includes(asked)) {
      throw new ProblemException('task_type_not_allowed', { allowed: allowed.join(', ') });
    }
    if (owner.group_name === null) return asked;
    return (await this.groups.typesOf(owner.group_name))[asked] ?? asked;
  }

  /** `caller` is null for the holder of a mere link. @throws ProblemException `priority_not_allowed`. */
  checkPriority(caller: OwnerRow | null, level: number): void {
    const limit = caller?.max_priority ?? 0;
    if (level > limit) throw new ProblemException('priority_not_allowed', { limit });
  }

  /**
   * Whether an owner may keep so many bytes more. An API key without a quota of its own has none.
   * @throws ProblemException `quota_exceeded`.
   */
  checkQuota(owner: OwnerRow, bytes: number): void {
    const limit = owner.quota_bytes ?? (owner.kind === 'visitor' ? this.env.visitorQuotaBytes : null);
    if (limit === null) return;
    // Where the length is not told, what there is decides alone.
    if (owner.used_bytes + bytes > limit || owner.used_bytes >= limit) {
      throw new ProblemException('quota_exceeded', { limit });
    }
  }
}
