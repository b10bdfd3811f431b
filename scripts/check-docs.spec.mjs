import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDocs } from './check-docs.mjs';

let root;

const write = (path, text) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
/** The problems of a README with these lines, as `line: message`. */
const problemsOf = (...lines) => {
  write('README.md', lines.join('\n'));
  return checkDocs(root).map(({ file, line, message }) => `${file}:${line}: ${message}`);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-docs-'));
  write('package.json', JSON.stringify({ scripts: { start: 'x', build: 'x', 'bench:colour': 'x' } }));
  write('.gitignore', 'node_modules/\ndist/\ndata/\n*.log\n');
  write('apps/cli/src/main.ts', "program.command('repair').action(run);");
  write('apps/api/src/env.ts', 'const schema = z.object({ API_PORT: port(3000), DATA_DIR: z.string() });');
  write('libs/contracts/src/index.ts', 'export const PROBLEM_CODES = [];');
  write('docker-compose.yml', 'RABBITMQ_USER: x');
  write('docs/map.md', '# The map\n\n## Way of a photo\n');
  write('docs/adr/0001-first.md', '# First');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('what is there', () => {
  it.each([
    [
      'links to files, folders and headings',
      '[a](docs/map.md) [b](docs/adr/) [c](docs/map.md#way-of-a-photo) [d](#top)',
    ],
    ['addresses', '[a](https://example.org/x.md) <http://127.0.0.1:3000> [m](mailto:a@example.org)'],
    ['paths from the root', '`apps/api/src/env.ts`, `docs/`, `./docker-compose.yml`'],
    ['the end of a path', '`src/index.ts` and `env.ts`'],
    ['patterns', '`apps/*/src/env.ts`, `docs/adr/<name>.md`, `{apps,libs}/**/index.ts`'],
    ['generated folders', '`dist/apps/api/src/main.js`, `./data`, `node_modules/.bin`'],
    [
      'scripts and commands',
      '`npm run build`, `npm run bench:colour`, `npm start`, `npx photo-repair repair a.jpg`',
    ],
    ['settings and constants', '`API_PORT=3001`, `DATA_DIR`, `RABBITMQ_USER`, `PROBLEM_CODES`, `NODE_ENV`'],
    [
      'what only looks like a path',
      '`/v1/tasks`, `image/png`, `@nestjs/core`, `amqp://a/b`, `and / or`, `photo.jpg`, `kebab-case.role.ts`',
    ],
  ])('%s', (_, line) => {
    expect(problemsOf('# Top', line)).toEqual([]);
  });
});

describe('a planted mistake', () => {
  it.each([
    ['a link', '[x](docs/mop.md)', 'the link docs/mop.md leads nowhere'],
    ['a link with a percent sign', '[x](docs/100%.md)', 'the link docs/100%.md leads nowhere'],
    ['a picture', '![x](docs/images/a.jpg)', 'the link docs/images/a.jpg leads nowhere'],
    ['a link with spaces', '[x](<docs/the map.md>)', 'the link docs/the map.md leads nowhere'],
    ['an HTML link', '<img src="docs/a.png">', 'the link docs/a.png leads nowhere'],
    ['a reference', '[x]: docs/none.md', 'the link docs/none.md leads nowhere'],
    [
      'a heading',
      '[x](docs/map.md#nowhere)',
      'the link docs/map.md#nowhere leads to a heading that is not there',
    ],
    ['a path', '`apps/api/src/evn.ts`', 'there is no apps/api/src/evn.ts'],
    ['a folder', '`libs/contract`', 'there is no libs/contract'],
    ['a file name', '`topology.ts`', 'there is no topology.ts'],
    ['a pattern', '`apps/*/src/none.ts`', 'nothing fits the path apps/*/src/none.ts'],
    ['a script', '`npm run biuld`', 'package.json has no script "biuld"'],
    ['a script by its short name', 'run `npm test`', 'package.json has no script "test"'],
    ['a command', '`npx photo-repair fix a.jpg`', 'photo-repair has no command "fix"'],
    ['a setting', '`API_PROT`', 'no program reads the setting API_PROT'],
    ['a setting with a value', '`DATA_DIRS=/x`', 'no program reads the setting DATA_DIRS'],
  ])('%s is found', (_, line, message) => {
    expect(problemsOf('# Top', '', line)).toEqual([`README.md:3: ${message}`]);
  });

  it('is found inside a block of commands too', () => {
    const block = [
      '```sh',
      'API_PROT=1 npm run biuld',
      'npx photo-repair fix x.jpg',
      'node scripts/none.mjs',
      '```',
    ];
    expect(problemsOf(...block)).toEqual([
      'README.md:2: package.json has no script "biuld"',
      'README.md:2: no program reads the setting API_PROT',
      'README.md:3: photo-repair has no command "fix"',
      'README.md:4: there is no scripts/none.mjs',
    ]);
  });

  it('is found in every document, relative to where it stands', () => {
    write('docs/adr/0002-second.md', '[ok](0001-first.md) [ok](../map.md) [bad](docs/map.md)');
    write('README.zh-CN.md', '`npm run nichts`');
    write('notes/private.md', '[not a document](nowhere.md)');
    const files = problemsOf('').map((problem) => problem.split(':')[0]);
    expect(files.toSorted()).toEqual(['README.zh-CN.md', 'docs/adr/0002-second.md']);
  });
});
