import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir, say } from './project.mjs';
import { runQuietly } from './run-quietly.mjs';

const AT_ONCE = 2;

/** Every check that needs no service, longest first, two at a time. Prints what failed and how long each took. */
export async function checkAll() {
  const waiting = checks();
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const [name, script, ...args] = check;
      const { code, output, seconds } = await runQuietly(name, process.execPath, [
        join(projectDir, script),
        ...args,
      ]);
      say(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s`);
      if (code !== 0) failed.push({ name, output });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const { name, output } of failed) say(`\n--- ${name}\n${output.trimEnd()}`);
  if (failed.length > 0)
    throw new Error(`\nThese checks failed: ${failed.map(({ name }) => name).join(', ')}`);
}

function checks() {
  const all = [
    ['types', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit'],
    ['lint (oxlint)', 'node_modules/oxlint/bin/oxlint', '--type-aware'],
    [
      'import directions (dependency-cruiser)',
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      ...SOURCES,
    ],
    ['dead code (knip)', 'node_modules/knip/bin/knip.js'],
    ['format (prettier)', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ];
  if (existsSync(join(projectDir, 'apps/web/tsconfig.json'))) {
    all.splice(1, 0, [
      'types of the page',
      'node_modules/typescript/bin/tsc',
      '-p',
      'apps/web/tsconfig.json',
      '--noEmit',
    ]);
  }
  if (existsSync(join(projectDir, 'scripts/check-docs.mjs'))) all.push(['docs', 'scripts/check-docs.mjs']);
  return all;
}

const SOURCES = ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'test', 'bench'];
