import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir, say } from './project.mjs';
import { npmCommand, runQuietly } from './run-quietly.mjs';
import { takeTurn } from './turn.mjs';

/** Runs `npm ci` when node_modules is missing, half written, or not what package-lock.json says. */
export async function installIfNeeded() {
  if (packagesAreCurrent()) return;
  await takeTurn(async () => {
    if (!packagesAreCurrent()) await install();
  });
}

async function install() {
  const wanted = wantedPackages().filter((entry) => !mayBeAbsent(entry[1]));
  say(`Installing ${wanted.length} packages with npm ci; this takes a minute or two.`);
  const npm = npmCommand();
  // --include=dev: the build tools are devDependencies, and NODE_ENV=production would leave them out.
  const args = [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund'];
  const { code, output, seconds } = await runQuietly('npm ci', npm.command, args, {
    // onnxruntime-node carries its CPU library; its install step would only fetch CUDA libraries (291 MB more).
    env: { ONNXRUNTIME_NODE_INSTALL: 'skip' },
    progress: () =>
      `, ${wanted.filter(([path]) => existsSync(join(projectDir, path, 'package.json'))).length} of ${wanted.length} packages`,
  });
  if (code !== 0) throw new Error(explainNpmFailure(output));
  if (!packagesAreCurrent()) {
    throw new Error('npm ci ended without an error, but node_modules is not what package-lock.json says.');
  }
  say(`Installed in ${seconds} s.`);
}

/**
 * Compares what npm wrote down of the last install (node_modules/.package-lock.json, absent after one that was cut
 * off) with package-lock.json. Packages for other platforms are optional and may be absent.
 */
export function packagesAreCurrent(dir = projectDir) {
  const installedFile = join(dir, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return wantedPackages(dir).every(([path, wanted]) => {
    const present = installed[path];
    if (present === undefined) return mayBeAbsent(wanted);
    return present.version === wanted.version && present.integrity === wanted.integrity;
  });
}

function mayBeAbsent(wanted) {
  return wanted.optional === true || wanted.devOptional === true;
}

function wantedPackages(dir = projectDir) {
  const { packages } = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).filter(([path]) => path.includes('node_modules/'));
}

/** What npm said, shortened to what helps: the reason in our words where it is a common one, and npm's own lines. */
export function explainNpmFailure(output) {
  const lines = output
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/A complete log of this run/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!)\s?/, '  '))
    .filter((line) => line.trim() !== '')
    .slice(0, 8);
  const reasons = [
    [/ENOSPC/, 'The disk is full, so npm ci could not install the packages.'],
    [/EACCES|EPERM/, 'npm ci may not write to this folder; check who owns it.'],
    [
      /EUSAGE|out of sync|not in sync/,
      'package.json and package-lock.json do not fit together, so npm ci refuses.',
    ],
    [
      /ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|network/i,
      'npm ci could not reach the package registry.',
    ],
  ];
  const reason = reasons.find(([pattern]) => pattern.test(output));
  return [reason ? reason[1] : 'npm ci failed.', ...lines].join('\n');
}
