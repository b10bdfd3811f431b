import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { readComposeFile } from './compose-file.js';

/** The schema of the Compose specification, as the linter of Compose files brings it. */
const linter = createRequire(import.meta.url).resolve('dclint/package.json');
const schema = JSON.parse(
  readFileSync(linter.replace('package.json', 'schemas/compose.schema.json'), 'utf8'),
) as object;
// Its formats (duration, ports) are words for people: Compose itself judges those.
const validate = new Ajv({
  strict: false,
  validateSchema: false,
  validateFormats: false,
  allErrors: true,
}).compile(schema);

const problemsOf = (file: unknown) => {
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
/** As Compose sees it: without what this reader adds, and volumes of both forms in one list. */
const asWritten = (...files: string[]) => {
  const { services, ...rest } = readComposeFile(...files);
  const written = Object.entries(services).map(([name, { bindMounts = [], volumes = [], ...service }]) => [
    name,
    { ...service, volumes: [...volumes, ...bindMounts] },
  ]);
  return { ...rest, services: Object.fromEntries(written) as Record<string, Record<string, unknown>> };
};

it.each([[['docker-compose.yml']], [['docker-compose.yml', 'docker-compose.scale-out.yml']]])(
  '%s follow the schema of Compose',
  (files) => {
    expect(problemsOf(asWritten(...files))).toEqual([]);
  },
);

it('is a schema that finds what is wrong', () => {
  const file = asWritten('docker-compose.yml');
  file.services['api'] = { ...file.services['api'], stop_grace: '30s' };
  file.services['worker'] = { ...file.services['worker'], depends_on: { api: { condition: 'well' } } };
  expect(problemsOf(file).join('\n')).toMatch(/\/services\/api [\s\S]*\/services\/worker/);
});
