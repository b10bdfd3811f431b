import type { Problem, ProblemCode } from '@app/contracts';
import { expect } from 'vitest';

/** The problem in an answer; fails for one that is not well-formed or tells of our insides. */
export function problemOf(answer: {
  status: number;
  contentType: string | null | undefined;
  body: string;
}): Problem {
  expect(answer.contentType).toBe('application/problem+json; charset=utf-8');
  const problem = JSON.parse(answer.body) as Problem;
  expect(answer.status).toBe(problem.status);
  expect(problem.request_id).toMatch(/./);
  expect(problem.detail).toMatch(/./);
  expect(problem.detail).not.toMatch(/[{}]/);
  expect(answer.body).not.toMatch(/node_modules|\/src\/|at Object|\/tmp\//);
  return problem;
}

/** What the problem of a refusal has to be. */
export function refusal(status: number, code: ProblemCode): Pick<Problem, 'type' | 'status' | 'code'> {
  return { status, code, type: `/problems/${code}` };
}
