import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { projectDir, say } from './project.mjs';
import { runQuietly } from './run-quietly.mjs';
import { takeTurn } from './turn.mjs';

const distDir = join(projectDir, 'dist');
const stampFile = join(distDir, '.built-from');
/** The command line, which `launch.mjs` hands over to. */
export const mainFile = join(distDir, 'apps/cli/src/main.js');
const SETTINGS = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Builds when a source file changed since the last build that succeeded. */
export async function buildIfNeeded() {
  if (buildIsCurrent(fingerprint())) return;
  await takeTurn(async () => {
    const wanted = fingerprint();
    if (!buildIsCurrent(wanted)) await compile(wanted);
  });
}

/** Builds in any case; `clean` empties dist first. */
export async function build({ clean }) {
  await takeTurn(async () => {
    if (clean) rmSync(distDir, { recursive: true, force: true });
    await compile(fingerprint());
  });
}

async function compile(wanted) {
  say('Building the programs and the page; this takes about ten seconds.');
  mkdirSync(distDir, { recursive: true });
  rmSync(stampFile, { force: true });
  // Where outputs were deleted, the compiler's own record would say that there is nothing to do.
  if (!existsSync(mainFile)) rmSync(join(distDir, '.tsbuildinfo'), { force: true });
  const nest = join(projectDir, 'node_modules/@nestjs/cli/bin/nest.js');
  const steps = [['The programs', [nest, 'build']]];
  if (existsSync(join(projectDir, 'apps/web/vite.config.ts'))) {
    const vite = join(projectDir, 'node_modules/vite/bin/vite.js');
    const page = [
      'build',
      join(projectDir, 'apps/web'),
      '--outDir',
      join(distDir, 'apps/web'),
      '--emptyOutDir',
    ];
    steps.push(['The page', [vite, ...page]]);
  }
  const startedAt = Date.now();
  const results = await Promise.all(
    steps.map(async ([name, args]) => ({ name, ...(await runQuietly(name, process.execPath, args)) })),
  );
  for (const { name, code, output } of results) {
    if (code !== 0) throw new Error(`${name} could not be built:\n${explainBuildFailure(output)}`);
  }
  writeFileSync(stampFile, wanted);
  say(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

function buildIsCurrent(wanted) {
  return existsSync(mainFile) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;
}

/** A digest of the text of every file that the build reads (a few hundred small ones, some 20 ms). */
export function fingerprint(dir = projectDir) {
  const hash = createHash('sha256');
  const files = [
    ...SETTINGS.map((name) => join(dir, name)),
    ...filesBelow(join(dir, 'apps')),
    ...filesBelow(join(dir, 'libs')),
  ];
  for (const file of files) {
    if (!existsSync(file)) continue;
    hash.update(`\0${relative(dir, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](node_modules|dist)[\\/]/.test(relative(dir, file)))
    .sort();
}

/** The lines that name an error, without the colours that tools add for terminals; else the last ones. */
export function explainBuildFailure(output) {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n');
  const errors = lines.filter((line) => /\berror\b/i.test(line));
  return (errors.length > 0 ? errors.slice(0, 10) : lines.slice(-10)).map((line) => `  ${line}`).join('\n');
}
