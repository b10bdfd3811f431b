import type { OperationMatch } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import type { OperationRow, OwnerRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { Purpose } from './operation-match.js';
import { OperationTasks } from './operation-tasks.js';
import type { NewOperationDto, OperationMatchDto } from './operation.dto.js';
import { OperationsStore } from './operations.store.js';

/** Makes and stops operations. `OperationRunner` does them. */
@Injectable()
export class OperationsService {
  constructor(
    private readonly store: OperationsStore,
    private readonly tasks: OperationTasks,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** How many tasks it would be for. @throws ProblemException `invalid_request`. */
  async preview(asked: NewOperationDto): Promise<number> {
    return this.tasks.count(toPurpose(asked));
  }

  /** @throws ProblemException `invalid_request`; `count_changed` where it is not for as many tasks as expected. */
  async start(asked: NewOperationDto, by: OwnerRow): Promise<OperationRow> {
    const purpose = toPurpose(asked);
    const total = await this.tasks.count(purpose);
    const { expected_count: expected } = asked;
    if (expected !== undefined && expected !== total)
      throw new ProblemException('count_changed', { expected, found: total });
    const row: OperationRow = {
      id: uuidv7(),
      kind: asked.kind,
      match: JSON.stringify(purpose.match),
      total,
      done: 0,
      skipped: 0,
      state: 'running',
      per_second: this.env.operationRate,
      by_id: by.id,
      by_name: by.name,
      note: asked.note ?? null,
      created_at: purpose.created_at,
      finished_at: null,
      reached: '',
      batch: null,
      claimed_by: '',
      claimed_until: 0,
      swept: 0,
    };
    await this.store.add(row);
    return row;
  }

  /** @throws ProblemException `not_found`. */
  async read(id: string): Promise<OperationRow> {
    const row = isUuid(id) ? await this.store.find(id.toLowerCase()) : undefined;
    if (row === undefined) throw new ProblemException('not_found');
    return row;
  }

  /** What it has done stays done. One that has ended stays as it is. @throws ProblemException `not_found`. */
  async stop(id: string, by: OwnerRow): Promise<OperationRow> {
    const { id: known } = await this.read(id);
    return (await this.store.stop(known, by)) ?? (await this.read(id));
  }
}

function toPurpose({ kind, match }: NewOperationDto): Purpose {
  return { kind, match: toMatch(match), created_at: Date.now() };
}

function toMatch({ task_ids: taskIds, ...match }: OperationMatchDto): OperationMatch {
  const filter = Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined));
  if (taskIds === undefined) return filter;
  if (Object.keys(filter).length > 0) {
    throw new ProblemException(
      'invalid_request',
      {},
      { errors: [{ pointer: '/match/task_ids', text: 'wrong' }] },
    );
  }
  return { task_ids: [...new Set(taskIds.map((id) => id.toLowerCase()))].toSorted() };
}
