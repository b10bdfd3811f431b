import type { ParameterValues } from '@app/contracts';
import type { Catalog, TaskType } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { parseParameters } from './parse-parameters.js';

/** What is to be done with a photo. */
export interface TaskChoice {
  taskType: string;
  /** A value for every parameter of the type. */
  parameters: ParameterValues;
  /** How long it may wait for a worker; null for ever. */
  queueTimeoutMs: number | null;
}

/** Reads what a caller chose for a photo. */
@Injectable()
export class TaskChoices {
  constructor(
    @Inject(CATALOG) private readonly catalog: Catalog,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** @throws ProblemException `unknown_task_type`, `invalid_request` or `invalid_parameter`. */
  read(typeKey: string, params: string | undefined): TaskChoice {
    const type = this.findType(typeKey);
    const { type: taskType, queue_timeout_s: seconds } = type.view;
    const limitMs = seconds === null ? this.env.queueTimeoutMs : seconds * 1000;
    return {
      taskType,
      parameters: resolveParameters(type, params),
      queueTimeoutMs: limitMs === 0 ? null : limitMs,
    };
  }

  private findType(key: string): TaskType {
    const type = this.catalog.get(key);
    if (type !== undefined) return type;
    const known = this.catalog.types().map((each) => each.view.type);
    throw new ProblemException('unknown_task_type', `Task types are: ${known.join(', ')}.`, {
      errors: [{ pointer: '/type', message: `must be one of ${known.join(', ')}` }],
    });
  }
}

function resolveParameters(type: TaskType, params: string | undefined): ParameterValues {
  const resolved = type.resolveParameters(parseParameters(params));
  if (resolved.ok) return resolved.values;
  const errors = resolved.problems.map(({ pointer, message }) => ({ pointer: `/params${pointer}`, message }));
  throw new ProblemException('invalid_parameter', errors.map((error) => error.message).join(' '), { errors });
}
