import { durationMs } from '@app/runtime';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAutoscaleEnv } from '../../../apps/cli/src/autoscale/env.js';
import { readText, repository } from '../compose/compose-file.js';
import { openSecrets, READERS, unknownSettings, type Program } from './known-settings.js';
import { makeSecrets } from './made-secrets.js';

const INSTALLED = '/opt/photo-repair/';
const PORT = '3101';
const made = makeSecrets();
/** A viewer's key, which `photo-repair keys create` makes once the API runs (docs/SCALING.md). */
const VIEWER_KEY = 'autoscale_key';
writeFileSync(join(made.folder, VIEWER_KEY), 'prk_of-a-viewer');
const folder = mkdtempSync(join(tmpdir(), 'units-'));
afterAll(() => {
  made.remove();
  rmSync(folder, { recursive: true });
});

const files = readdirSync(new URL('deploy/systemd', repository));
const services = files.filter((file) => file.endsWith('.service'));
/** A template stands for one of its instances. */
const unitOf = (file: string) => file.replace('@.', `@${PORT}.`);
for (const file of files.filter((name) => name !== 'sysusers.conf'))
  copyFileSync(join('deploy/systemd', file), join(folder, unitOf(file)));

/** What stands behind each key, in its order; those of a drop-in would follow. */
function readUnit(file: string): Record<string, string[]> {
  const entries = readText(`deploy/systemd/${file}`).matchAll(/^([A-Z]\w+)=(.*)$/gm);
  const unit: Record<string, string[]> = {};
  for (const [, key = '', value = ''] of entries) (unit[key] ??= []).push(value);
  return unit;
}

it('are units that systemd understands', () => {
  const units = readdirSync(folder).map((unit) => join(folder, unit));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], {
    encoding: 'utf8',
  });
  // It warns about what it does not know and about commands that are not there, and may do so with the code 0.
  expect(stderr.split('\n').filter((line) => line.includes(folder) || line.includes('photo-repair'))).toEqual(
    [],
  );
  expect(status).toBe(0);
});

describe.each(services)('%s', (file) => {
  const unit = readUnit(file);
  const program = /^photo-repair-(\w+?)@?\.service$/.exec(file)?.[1] as Program;
  const one = (key: string) => unit[key]?.at(-1) ?? '';
  const credentials = Object.fromEntries(
    (unit['LoadCredential'] ?? []).map((entry) => entry.split(':') as [string, string]),
  );
  const written = Object.fromEntries(
    (unit['Environment'] ?? []).map((entry) => [
      entry.slice(0, entry.indexOf('=')),
      entry.slice(entry.indexOf('=') + 1),
    ]),
  );
  const environment = Object.fromEntries(
    Object.entries(written).map(([name, value]) => {
      const source = value.startsWith('%d/') ? credentials[value.slice(3)] : undefined;
      if (source !== undefined) return [name, join(made.folder, source.split('/').at(-1) ?? '')];
      return [name, value.replaceAll('%i', PORT).replaceAll('%H', 'host')];
    }),
  );

  it('starts a program of ours from where it is installed', () => {
    const [, app = '', command] =
      /^\/usr\/bin\/env node dist\/apps\/(\w+)\/src\/main\.js(?: (\w+))?$/.exec(one('ExecStart')) ?? [];
    expect(command ?? app).toBe(program);
    expect(app).toBe(program === 'autoscale' ? 'cli' : program);
    expect(existsSync(new URL(`apps/${app}/src/main.ts`, repository))).toBe(true);
    expect(`${one('WorkingDirectory')}/`).toBe(INSTALLED);
  });

  it('sets only what the program knows, to values that it takes', () => {
    expect(unknownSettings(program, Object.keys(written))).toEqual([]);
    expect(() => READERS[program](environment)).not.toThrow();
  });

  it('hands secrets over as files that the commands make, each used', () => {
    for (const [name, source] of Object.entries(credentials)) {
      expect(source).toMatch(/^\/etc\/photo-repair\/secrets\/\w+$/);
      expect([...made.names, VIEWER_KEY]).toContain(source.split('/').at(-1));
      expect(Object.values(written)).toContain(`%d/${name}`);
    }
    expect(openSecrets(written, /^%d\/\w+$/)).toEqual([]);
  });

  it('may finish what it holds, and is started again however often it ends', () => {
    // Its workers have as long as a message may be held.
    const ofWorkers = readAutoscaleEnv({}, { COMFYUI_URLS: 'http://127.0.0.1:8188' }).workerGraceMs;
    const graceMs =
      program === 'autoscale' ? ofWorkers : durationMs('0s').parse(environment['SHUTDOWN_GRACE']);
    const grace = graceMs / 1000;
    expect(grace).toBeGreaterThanOrEqual({ worker: 120, autoscale: 1800 }[program as string] ?? 10);
    expect(Number(one('TimeoutStopSec'))).toBeGreaterThanOrEqual(grace + 20);
    // Workers outlive their supervisor, and the next one finds them.
    const killed = program === 'autoscale' ? 'process' : 'mixed';
    expect([one('Restart'), one('StartLimitIntervalSec'), one('KillMode')]).toEqual(['always', '0', killed]);
    // None of the programs tells systemd that it lives.
    expect(unit['WatchdogSec']).toBeUndefined();
    expect(one('Type')).toBe('exec');
  });

  it('writes only where it is told to keep its data', () => {
    const state = `/var/lib/${one('StateDirectory')}`;
    expect(environment['DATA_DIR'] ?? environment['ENGINE_DIR']).toBe(state);
    expect(one('ProtectSystem')).toBe('strict');
    const writable = (unit['ReadWritePaths'] ?? []).map((path) => path.replace('-', ''));
    expect(writable).toEqual(program === 'bridge' ? [environment['BRIDGE_OUTPUT_DIR']] : []);
    const user = { dynamic: one('DynamicUser'), name: one('User') };
    const ours = { dynamic: '', name: 'photo-repair' };
    expect(user).toEqual(program === 'engine' ? { dynamic: 'yes', name: '' } : ours);
    expect(readText('deploy/systemd/sysusers.conf')).toMatch(/^u photo-repair .* \/var\/lib\/photo-repair$/m);
  });

  it('has little power: systemd gives it less than 2 of 10 points of exposure', () => {
    const report = execFileSync(
      'systemd-analyze',
      ['security', '--offline=yes', '--no-pager', join(folder, unitOf(file))],
      {
        encoding: 'utf8',
      },
    );
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(report)?.[1])).toBeLessThan(2);
  });

  it('listens on loopback, as nothing here says otherwise', () => {
    expect(Object.keys(written).filter((name) => name.endsWith('_HOST'))).toEqual([]);
    const addresses = [one('IPAddressDeny'), one('IPAddressAllow')];
    expect(addresses).toEqual(program === 'engine' ? ['any', 'localhost'] : ['', '']);
    expect(readFileSync(join(folder, unitOf(file)), 'utf8')).not.toContain('0.0.0.0');
  });
});
