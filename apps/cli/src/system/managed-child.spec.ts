import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManagedChild } from './managed-child.js';

describe('ManagedChild', () => {
  let dir: string;
  let child: ManagedChild | undefined;
  const heard: string[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'child-'));
    heard.length = 0;
  });
  afterEach(async () => {
    await child?.stop(1000);
    rmSync(dir, { recursive: true });
  });

  function run(code: string, env: Record<string, string> = {}): ManagedChild {
    const script = join(dir, 'child.mjs');
    writeFileSync(script, code);
    child = new ManagedChild(
      { name: 'fake', script, env, readyUrl: '', addresses: [], stopsLast: false },
      dir,
      {
        said: ({ severity, text }) => heard.push(`${severity}: ${text}`),
        crashed: (how, pauseMs) => heard.push(`${how}, again in ${pauseMs} ms`),
      },
    );
    child.start();
    return child;
  }

  it('keeps what a child says in its log and passes on what matters', async () => {
    run(`
      console.log('{"level":"info","msg":"small talk"}');
      console.log('{"level":"warn","msg":"look here"}');
      setInterval(() => {}, 1000);
    `);
    await expect.poll(() => heard).toEqual(['warning: look here']);
    expect(readFileSync(join(dir, 'fake.log'), 'utf8')).toContain('small talk');
  });

  it('starts a crashed child again, waiting longer each time', async () => {
    const started = run(`process.exit(7)`);
    await expect.poll(() => started.crashes, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    expect(heard.slice(0, 3)).toEqual([
      'exit code 7, again in 500 ms',
      'exit code 7, again in 1000 ms',
      'exit code 7, again in 2000 ms',
    ]);
  });

  it('lets a child end its work, and starts nothing afterwards', async () => {
    const file = join(dir, 'goodbye');
    const started = run(
      `
        import { writeFileSync } from 'node:fs';
        process.on('SIGTERM', () => setTimeout(() => { writeFileSync(process.env.GOODBYE, 'done'); process.exit(0); }, 100));
        console.error('up');
        setInterval(() => {}, 1000);
      `,
      { GOODBYE: file },
    );
    await expect.poll(() => heard).toEqual(['error: up']);
    await started.stop(10_000);
    child = undefined;
    expect(readFileSync(file, 'utf8')).toBe('done');
    expect(started.pid).toBeUndefined();
    expect(started.crashes).toBe(0);
  });

  it('kills a child that does not stop in its grace', async () => {
    const started = run(`process.on('SIGTERM', () => {}); console.error('up'); setInterval(() => {}, 1000);`);
    await expect.poll(() => heard).toEqual(['error: up']);
    await started.stop(200);
    child = undefined;
    expect(started.pid).toBeUndefined();
  });

  it('gives a child a pipe that closes when the launcher is gone', async () => {
    const file = join(dir, 'orphan');
    const launcher = join(dir, 'launcher.mjs');
    const orphan = join(dir, 'orphan.mjs');
    writeFileSync(
      orphan,
      `import { writeFileSync } from 'node:fs';
       process.stdin.on('end', () => { writeFileSync(${JSON.stringify(file)}, 'noticed'); process.exit(0); }).resume();
       console.error('up');`,
    );
    // A launcher that starts the child as ManagedChild does, and is then killed with -9.
    writeFileSync(
      launcher,
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, [${JSON.stringify(orphan)}], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
       child.stderr.once('data', () => process.kill(process.pid, 'SIGKILL'));`,
    );
    run(`import { spawnSync } from 'node:child_process';
         spawnSync(process.execPath, [${JSON.stringify(launcher)}]);
         console.error('launcher died'); setInterval(() => {}, 1000);`);
    await expect.poll(() => heard, { timeout: 5000 }).toContain('error: launcher died');
    await expect.poll(() => existsSync(file)).toBe(true);
  });
});
