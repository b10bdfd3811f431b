import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nodeRunSchema } from '../../../apps/cli/src/broker/private-node.files.js';
import { PrivateNode } from '../../../apps/cli/src/broker/private-node.js';
import { findRunningSystem } from '../../../apps/cli/src/system/running-system.js';
import { isStillRunning } from '../../../apps/cli/src/system/process-identity.js';
import { processesWithEnvironment } from './listeners.js';

const START_LIMIT_MS = 90_000;
const MAIN = 'dist/apps/cli/src/main.js';

/** A command of the built command line, with what it said so far. */
class Command {
  output = '';
  readonly process: ChildProcess;

  constructor(args: string[], env: Record<string, string>) {
    this.process = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, AMQP_URL: '', COMFYUI_URLS: '', BROKER: 'own', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  async says(text: string): Promise<void> {
    const options = { timeout: START_LIMIT_MS, interval: 100 };
    await vi.waitFor(() => {
      if (!this.output.includes(text)) throw new Error(`"${text}" is not in what it said:\n${this.output}`);
    }, options);
  }

  async ends(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }
}

describe('photo-repair up', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'launcher-'));
  const env: Record<string, string> = { DATA_DIR: dataDir, API_PORT: '0' };
  let launcher: Command;

  const nodeRun = () =>
    nodeRunSchema.parse(JSON.parse(readFileSync(join(dataDir, 'broker', 'run.json'), 'utf8'))).process;
  const children = () =>
    processesWithEnvironment(`DATA_DIR=${dataDir}\0`).filter(
      (pid) => pid !== launcher.process.pid && pid !== nodeRun().pid,
    );
  const apps = () =>
    children().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dist/apps/'));

  beforeAll(async () => {
    launcher = new Command(['up'], env);
    await launcher.says('Stop with Ctrl-C');
  });

  afterAll(async () => {
    launcher.process.kill('SIGKILL');
    await PrivateNode.adopt(join(dataDir, 'broker'))?.stop(true);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('answers at the addresses that it names, and shows no password', async () => {
    const system = findRunningSystem(dataDir);
    expect(system).toMatchObject({ ready: true });
    expect((await fetch(`${system?.url}/readyz`)).status).toBe(200);
    const metrics = (system?.addresses ?? []).filter(({ name }) => name.startsWith('Metrics'));
    expect(metrics.length).toBeGreaterThanOrEqual(2);
    const answers = await Promise.all(metrics.map(async ({ url }) => (await fetch(url)).status));
    expect(new Set(answers)).toEqual(new Set([200]));
    const password = readFileSync(join(dataDir, 'broker', 'password'), 'utf8');
    expect(launcher.output).not.toContain(password);
    const status = new Command(['status'], env);
    expect(await status.ends()).toBe(0);
    expect(status.output).toContain(system?.url);
  });

  it('refuses a second one on the same data, with the address of the first', async () => {
    const second = new Command(['up'], env);
    expect(await second.ends()).toBe(1);
    expect(second.output).toContain(findRunningSystem(dataDir)?.url);
  });

  it('refuses a port that another program has, and says how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const second = new Command(['up'], { DATA_DIR: join(dataDir, 'second'), API_PORT: String(port) });
    expect(await second.ends()).toBe(1);
    expect(second.output).toMatch(new RegExp(`Port ${port} is taken .* API_PORT=\\d+ npm start`));
    expect(findRunningSystem(join(dataDir, 'second'))).toBeUndefined();
    other.close();
  });

  it('starts a worker again that was killed', async () => {
    const before = apps();
    const worker = before.find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/worker/'),
    );
    if (worker === undefined) throw new Error('no worker runs');
    process.kill(worker, 'SIGKILL');
    await launcher.says('ended by itself (signal SIGKILL); starting it again');
    await expect.poll(() => apps().filter((pid) => !before.includes(pid))).toHaveLength(1);
    await expect
      .poll(
        async () => {
          const metrics =
            findRunningSystem(dataDir)?.addresses.filter(({ name }) => name.startsWith('Metrics worker')) ??
            [];
          const ready = metrics.map(({ url }) =>
            fetch(url.replace('/metrics', '/readyz')).then(
              (answer) => answer.status,
              () => 0,
            ),
          );
          return new Set(await Promise.all(ready));
        },
        { timeout: START_LIMIT_MS },
      )
      .toEqual(new Set([200]));
  });

  it('leaves no app behind when it is killed with -9, and takes its RabbitMQ over at the next start', async () => {
    const broker = nodeRun();
    launcher.process.kill('SIGKILL');
    await expect.poll(() => apps(), { timeout: 30_000 }).toEqual([]);
    expect(isStillRunning(broker)).toBe(true);
    launcher = new Command(['up'], env);
    await launcher.says('Stop with Ctrl-C');
    expect(launcher.output).toContain('still running from an earlier start');
    expect(nodeRun()).toEqual(broker);
  });

  it('stops everything at SIGTERM, the broker too, and ends with code 0', async () => {
    const broker = nodeRun();
    launcher.process.kill('SIGTERM');
    expect(await launcher.ends()).toBe(0);
    expect(launcher.output).toContain('Stopped in');
    expect(children()).toEqual([]);
    expect(isStillRunning(broker)).toBe(false);
    expect(findRunningSystem(dataDir)).toBeUndefined();
  });
});
