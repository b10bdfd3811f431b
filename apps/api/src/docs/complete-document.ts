import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { ProblemDto } from '../problems/problem.dto.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type JsonSchema = { $ref: string } | { oneOf: { $ref: string }[] };

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'] as const;

/** What every route may answer beside what it names itself. */
const ANY_PROBLEM = {
  description:
    'Any other problem: 400 for a request that cannot be read, 401 for a key that is wrong, 403 for a page of another ' +
    'site, 413, 415 and 422 for a body that is not taken, 429 for too many requests, 5xx.',
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
};

/** Names the schema of a JSON body that a route takes beside the kind that its decorators describe. */
export const ALSO_JSON = 'x-also-json';

/**
 * Adds what decorators cannot say: the ids in paths that a guard reads before the route does, the second kind of body of a
 * route, and the problems that are answered for all routes alike.
 */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      addPathParameters(path, operation);
      addJsonBody(operation);
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

function addJsonBody(operation: Operation & { [ALSO_JSON]?: JsonSchema }): void {
  const schema = operation[ALSO_JSON];
  delete operation[ALSO_JSON];
  const { requestBody } = operation;
  if (schema === undefined || requestBody === undefined || !('content' in requestBody)) return;
  requestBody.content['application/json'] = { schema };
}
