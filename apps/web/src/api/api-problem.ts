import type { Problem, ProblemCode } from '@app/contracts';

/**
 * Why the API did not do what it was asked. `offline` where no answer came, or something between us and it answered; all
 * others are the API's own codes. The plain sentence of each is in `words/<language>/problem.ts`.
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly code: ProblemCode | 'offline',
    /** When trying again may help, as the API said; null where it said nothing. */
    readonly retryAfterMs: number | null,
    readonly problem: Problem | null = null,
    options?: ErrorOptions,
  ) {
    super(problem?.detail ?? code, options);
  }
}

/** Whether the API cannot look anything up at the moment. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'database_unavailable';
}
