import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { identityOf } from '../system/process-identity.js';
import type { Look, SeenWorker } from './look.js';
import { ScaleCommand } from './scale-command.js';

const RULES = { min: 0, max: 5, besides: 0 };

let dir: string;
let complaints: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scale-command-'));
  complaints = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complaints.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

const seen = (name: string, more: Partial<SeenWorker> = {}): SeenWorker => ({
  name,
  busy: false,
  stopping: false,
  leaving: false,
  closed: false,
  engines: [],
  ...more,
});
const look = (...workers: SeenWorker[]): Look => ({ types: [], workers, pausedWorkers: new Set() });

/** Of a command that writes each call down. */
function scaleCommand(command = `sh ${dir}/prog`, limitMs = 20_000): ScaleCommand {
  const script = `echo "$1 $AUTOSCALE_WANTED [$AUTOSCALE_IDLE]$PHOTO_REPAIR_KEY" >> ${dir}/calls\n`;
  writeFileSync(join(dir, 'prog'), script);
  return new ScaleCommand({ command, limitMs, rules: RULES, repeatMs: 3_600_000, dir });
}
const calls = () => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');

it('is told the number at the start, and at each step, with who is idle', async () => {
  const workforce = scaleCommand();
  workforce.hear(look(seen('a'), seen('b', { busy: true }), seen('c', { leaving: true })));
  expect([workforce.count, workforce.arriving]).toEqual([2, 0]);
  await workforce.tend();
  await workforce.tend();
  expect(await workforce.grow()).toEqual({ done: true, words: 'the command was told 3' });
  expect(workforce.arriving).toBe(1);
  expect(await workforce.shrink()).toEqual({ done: true, words: 'the command was told 2' });
  expect(calls()).toEqual(['2 2 [a]', '3 3 [a]', '2 2 [a]']);
});

it('takes nobody away while all are busy', async () => {
  const workforce = scaleCommand();
  workforce.hear(look(seen('a', { busy: true })));
  expect(await workforce.shrink()).toMatchObject({ done: false });
  expect(workforce.count).toBe(1);
});

it('goes on with what was asked for last, also after a restart', async () => {
  const before = scaleCommand();
  before.hear(look());
  await before.grow();
  const after = scaleCommand();
  after.hear(look(seen('a'), seen('b'), seen('c')));
  expect(after.count).toBe(1);
});

it('shows what a call that fails says, and calls again', async () => {
  vi.stubEnv('PHOTO_REPAIR_KEY', 'prk_secret');
  const workforce = scaleCommand(`test -e ${dir}/works || { echo no quota >&2; exit 3; }; sh ${dir}/prog`);
  workforce.hear(look());
  expect(await workforce.grow()).toEqual({ done: true, words: 'the command will be told 1' });
  expect(complaints.join('')).toContain('(exit code 3); it is called again in 1.0 s. It said: no quota');
  writeFileSync(join(dir, 'works'), '');
  await vi.waitFor(
    async () => {
      await workforce.tend();
      expect(calls()).toEqual(['1 1 []']);
    },
    { timeout: 15_000, interval: 100 },
  );
  vi.unstubAllEnvs();
});

it('ends a call that takes too long, with what it has started', async () => {
  const workforce = scaleCommand(`sleep 600 & echo $! > ${dir}/pid; wait; true`, 3_000);
  workforce.hear(look());
  await workforce.grow();
  expect(complaints.join('')).toContain('it took longer than 3 s');
  const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
  await expect.poll(() => identityOf(pid)).toBeUndefined();
});

it('never calls while a call of a supervisor before still runs', async () => {
  const workforce = scaleCommand();
  writeFileSync(join(dir, 'command.json'), JSON.stringify({ wanted: 2, running: identityOf(process.pid) }));
  workforce.hear(look());
  await workforce.tend();
  expect(complaints.join('')).toContain('still runs');
  expect(() => calls()).toThrow('ENOENT');
});
