import { ProblemException } from '../problems/problem.exception.js';
import type { Request, Response } from 'express';
import { readText } from './body-text.js';

/** Whether a body is a plain HTML form. */
export function isForm(request: Request): boolean {
  return request.is('application/x-www-form-urlencoded') === 'application/x-www-form-urlencoded';
}

/** The fields of a plain HTML form. @throws ProblemException `invalid_request` where one stands there twice. */
export async function readForm(request: Request, response: Response): Promise<Map<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await readText(request, response))) {
    if (fields.has(name)) {
      const errors = [{ pointer: `/${name.slice(0, 100)}`, text: 'duplicate' }] as const;
      throw new ProblemException('invalid_request', {}, { errors });
    }
    fields.set(name, value);
  }
  return fields;
}
