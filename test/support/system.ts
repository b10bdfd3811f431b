import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRunningSystem, type RunningSystem } from '../../apps/cli/src/system/running-system.js';

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 180_000;

/**
 * All processes of photo-repair, from the built tree, as `npm start` runs them: a private RabbitMQ, the built-in
 * engine, the API and the workers, with a data folder of their own.
 */
export class TestSystem {
  /** What the launcher printed. */
  output = '';
  private constructor(
    readonly dataDir: string,
    private readonly launcher: ChildProcess,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<TestSystem> {
    const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-e2e-'));
    const launcher = spawn(process.execPath, ['dist/apps/cli/src/main.js', 'up'], {
      env: { ...process.env, API_PORT: '0', BROKER: 'own', DATA_DIR: dataDir, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const system = new TestSystem(dataDir, launcher);
    for (const stream of [launcher.stdout, launcher.stderr]) {
      stream?.on('data', (chunk: Buffer) => (system.output += chunk.toString()));
    }
    try {
      await system.untilReady();
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  /** The address of the API and the page. */
  get url(): string {
    return this.record().url;
  }

  /** The addresses that the launcher has written down, by name. */
  address(name: string): string {
    const found = this.record().addresses.find((address) => address.name === name);
    if (!found) throw new Error(`The launcher names no address "${name}".`);
    return found.url;
  }

  /** Stops as Ctrl-C does, and removes the data folder. */
  async stop(): Promise<number | null> {
    if (this.launcher.exitCode === null && this.launcher.signalCode === null) {
      const ended = new Promise<void>((resolve) => this.launcher.once('exit', () => resolve()));
      this.launcher.kill('SIGINT');
      await Promise.race([
        ended,
        sleep(STOP_TIMEOUT_MS, undefined, { ref: false }).then(() => this.launcher.kill('SIGKILL')),
      ]);
    }
    await rm(this.dataDir, { recursive: true, force: true });
    return this.launcher.exitCode;
  }

  private record(): RunningSystem {
    const record = findRunningSystem(this.dataDir);
    if (!record) throw new Error(`The system does not run.\n${this.output}`);
    return record;
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (this.launcher.exitCode !== null) throw new Error(`The launcher ended:\n${this.output}`);
      if (findRunningSystem(this.dataDir)?.ready) return;
      await sleep(100);
    }
    throw new Error(`The system was not ready after ${START_TIMEOUT_MS / 1000} s:\n${this.output}`);
  }
}
