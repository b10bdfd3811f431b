import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { ProblemDto } from '../problems/problem.dto.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** What every route may answer beside what it names itself. */
const ANY_PROBLEM = {
  description:
    'Any other problem: 400 for a request that cannot be read, 401 for a key that is wrong, 403 for a page of another ' +
    'site, 413, 415 and 422 for a body that is not taken, 429 for too many requests, 5xx.',
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
};

/**
 * Adds what decorators cannot see: the ids in paths that a guard reads before the route does, and the problems that are
 * answered for all routes alike.
 */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      addPathParameters(path, operation);
      if (path.startsWith('/v1/')) operation.responses['default'] = ANY_PROBLEM;
    }
  }
  return document;
}

function addPathParameters(path: string, operation: Operation): void {
  const parameters = (operation.parameters ??= []);
  for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
    if (name === undefined || parameters.some((each) => 'name' in each && each.name === name)) continue;
    parameters.push({ name, in: 'path', required: true, schema: { type: 'string' } });
  }
}
