import { spawn, type ChildProcess } from 'node:child_process';
import getPort from 'get-port';
import { vi } from 'vitest';

/** A bridge in a process of its own, from the built tree, as it runs in production. */
export class BridgeProcess {
  /** Everything that it logged. */
  output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
  }

  /** Resolves when it answers. `settings` are those of the bridge's `env.ts`. */
  static async start(settings: Record<string, string>): Promise<BridgeProcess> {
    const port = await getPort();
    const child = spawn(process.execPath, ['dist/apps/bridge/src/main.js'], {
      env: { PATH: process.env['PATH'], ...settings, BRIDGE_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const bridge = new BridgeProcess(child, `http://127.0.0.1:${port}`);
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`The bridge ended:\n${bridge.output}`);
        const { status } = await fetch(`${bridge.url}/livez`);
        if (status !== 200) throw new Error(`The bridge is not alive:\n${bridge.output}`);
      },
      { timeout: 20_000, interval: 100 },
    );
    return bridge;
  }

  /** Resolves with the exit code; null when a signal ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((done) => this.child.once('exit', done));
      this.child.kill(signal);
      await ended;
    }
    return this.child.exitCode;
  }
}
