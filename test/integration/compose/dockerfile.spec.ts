import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readText, repository } from './compose-file.js';
import { instructionsOf, lastOf, readStages } from './dockerfile.js';

const stages = readStages();
const IMAGES = ['api', 'worker', 'bridge', 'engine'];
const exists = (path: string) => existsSync(new URL(path, repository));

const copies = stages.flatMap((stage) =>
  stage.instructions
    .filter(({ name }) => name === 'COPY')
    .map(({ args }) => {
      const words = args.split(/\s+/);
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      const paths = words.filter((word) => !word.startsWith('--'));
      return { stage: stage.name, from, sources: paths.slice(0, -1) };
    }),
);

describe('the Dockerfile', () => {
  it('stands on one slim Debian image of a Node that package.json takes', () => {
    expect(readText('Dockerfile')).toMatch(/^ARG NODE_IMAGE=node:22-\w+-slim$/m);
    const names = stages.map(({ name }) => name);
    for (const { base } of stages) expect(['${NODE_IMAGE}', ...names]).toContain(base);
  });

  it('copies only what there is, from here or from an earlier stage', () => {
    const names = stages.map(({ name }) => name);
    const fromHere = copies.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources);
    expect(fromHere).toContain('package-lock.json');
    expect(fromHere.filter((source) => !exists(source))).toEqual([]);
    for (const { stage, from } of copies.filter(({ from }) => from !== undefined)) {
      expect(names.slice(0, names.indexOf(stage))).toContain(from);
    }
  });

  it('takes built files only of folders that the build makes', () => {
    const built = copies.filter(({ from }) => from === 'build').flatMap(({ sources }) => sources);
    expect(built.length).toBeGreaterThan(0);
    for (const path of built) {
      const source = path.replace('/app/dist/', '');
      expect(path).toMatch(/^\/app\/dist\//);
      expect(exists(source)).toBe(true);
    }
  });

  it('copies nothing that .dockerignore keeps out', () => {
    const rules = readText('.dockerignore').split('\n');
    expect(rules.find((rule) => rule !== '' && !rule.startsWith('#'))).toBe('*');
    const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    const wanted = copies.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources);
    expect([...new Set(wanted)].toSorted((a, b) => a.localeCompare(b))).toEqual(
      allowed.toSorted((a, b) => a.localeCompare(b)),
    );
  });

  it('installs by the lockfile, and leaves the tools to build with out of the images', () => {
    const installs = stages.flatMap(({ name, instructions }) =>
      instructions.filter(({ args }) => args.startsWith('npm ')).map(({ args }) => ({ name, args })),
    );
    expect(installs.map(({ name, args }) => `${name}: ${args}`)).toEqual([
      'build: npm ci --no-audit --no-fund',
      'build: npm run build',
      'packages: npm ci --omit=dev --no-audit --no-fund',
    ]);
  });
});

describe.each(IMAGES)('the image %s', (target) => {
  const instructions = instructionsOf(target);

  it('runs its own program as an ordinary user, in exec form, so that signals reach it', () => {
    expect(lastOf(instructions, 'USER')).toBe('node');
    const command = JSON.parse(lastOf(instructions, 'CMD') ?? '') as string[];
    expect(command).toEqual(['node', `dist/apps/${target}/src/main.js`]);
    expect(exists(`apps/${target}/src/main.ts`)).toBe(true);
    expect(lastOf(instructions, 'STOPSIGNAL')).toBe('SIGTERM');
  });

  it('says whether it is well', () => {
    const check = lastOf(instructions, 'HEALTHCHECK') ?? '';
    const command = JSON.parse(check.slice(check.indexOf('['))) as string[];
    expect(command.slice(0, 2)).toEqual(['node', 'deploy/healthcheck.mjs']);
    expect(command[2]).toMatch(target === 'engine' ? /\/system_stats$/ : /\/readyz$/);
    expect(new URL(command[2] ?? '').port).toBe(lastOf(instructions, 'EXPOSE'));
  });

  it('holds its program and no other one', () => {
    const apps = copies
      .filter(({ stage }) => stage === target)
      .flatMap(({ sources }) => sources)
      .filter((source) => source.includes('/dist/apps/'));
    const expected = target === 'api' ? ['api', 'web'] : [target];
    expect(apps).toEqual(expected.map((app) => `/app/dist/apps/${app}`));
  });
});

describe('the image cli', () => {
  it('is the command line, wherever it is called', () => {
    const instructions = instructionsOf('cli');
    expect(lastOf(instructions, 'USER')).toBe('node');
    expect(JSON.parse(lastOf(instructions, 'ENTRYPOINT') ?? '')).toEqual([
      'node',
      '/app/dist/apps/cli/src/main.js',
    ]);
    expect(lastOf(instructions, 'WORKDIR')).toBe('/app');
  });
});
