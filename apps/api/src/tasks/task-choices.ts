import type { ParameterAdjustment, ParameterValues } from '@app/contracts';
import type { Catalog, ParameterProblem, TaskType } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { OwnerLimits } from '../access/owner-limits.js';
import type { OwnerRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException, type FieldProblem } from '../problems/problem.exception.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { parseParameters } from './parse-parameters.js';

/**
 * A result's file may have 256 MiB, and a coloured PNG takes two bytes a pixel and more. So a larger photo is refused at once, and
 * does not fail after minutes of work.
 */
const LARGEST_RESULT_PIXELS = 100_000_000;

/** What a caller asks for. */
export interface AskedTask {
  type: string;
  /** The text of a JSON object, or the values themselves. */
  params: string | Record<string, unknown> | undefined;
  owner: OwnerRow;
}

/** What is to be done with a photo. */
export interface TaskChoice {
  taskType: string;
  /** A value for every parameter of the type. */
  parameters: ParameterValues;
  /** What was changed of the values that were sent. */
  adjusted: ParameterAdjustment[];
  /** Photos of more pixels would give a larger result than is kept. */
  maxPixels: number;
  /** How long it may wait for a worker; null for ever. */
  queueTimeoutMs: number | null;
}

/** Reads what a caller chose for a photo. */
@Injectable()
export class TaskChoices {
  constructor(
    @Inject(CATALOG) private readonly catalog: Catalog,
    @Inject(API_ENV) private readonly env: ApiEnv,
    private readonly limits: OwnerLimits,
  ) {}

  /**
   * @throws ProblemException `unknown_task_type`, `task_type_not_allowed`, `invalid_request` or `invalid_parameter`;
   * nothing is put in line then.
   */
  async read({ type: asked, params, owner }: AskedTask): Promise<TaskChoice> {
    // Groups bind the name that was asked for, and one without a version may be that of a version.
    const name = this.catalog.get(asked) ? asked : (this.catalog.find(asked)?.view.type ?? asked);
    const type = this.catalog.find(await this.limits.taskTypeFor(owner, name));
    if (type === undefined) throw this.unknown();
    const { type: taskType, queue_timeout_s: seconds } = type.view;
    const limitMs = seconds === null ? this.env.queueTimeoutMs : seconds * 1000;
    const choice = resolveParameters(type, parseParameters(params));
    return {
      taskType,
      ...choice,
      maxPixels: maxPixelsFor(type, choice.parameters),
      queueTimeoutMs: limitMs === 0 ? null : limitMs,
    };
  }

  private unknown(): ProblemException {
    const known = this.catalog
      .types()
      .map(({ view }) => view.type)
      .join(', ');
    const errors: FieldProblem[] = [{ pointer: '/type', text: 'one_of', values: { allowed: known } }];
    return new ProblemException('unknown_task_type', { known }, { errors });
  }
}

function maxPixelsFor(type: TaskType, parameters: ParameterValues): number {
  const { size } = type.resultOf(parameters);
  return typeof size === 'string' ? Infinity : Math.floor(LARGEST_RESULT_PIXELS / size.scale ** 2);
}

function resolveParameters(
  type: TaskType,
  values: ParameterValues,
): Pick<TaskChoice, 'parameters' | 'adjusted'> {
  const resolved = type.resolveParameters(values);
  if (!resolved.ok) {
    throw new ProblemException('invalid_parameter', {}, { errors: resolved.problems.map(toFieldProblem) });
  }
  const adjusted = resolved.snapped.map(({ name, from: sent, to: used }) => ({ name, sent, used }));
  return { parameters: resolved.values, adjusted };
}

function toFieldProblem({ pointer, rule, values }: ParameterProblem): FieldProblem {
  return { pointer: `/params${pointer}`, text: rule, values };
}
