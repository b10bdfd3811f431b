import { spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished, vi } from 'vitest';
import { pythonProgram } from './python.js';

/** A program of another system, in a process of its own; ended with the test where it has not ended before. */
export class ClientProgram {
  /** What it has printed, line by line. */
  stdout = '';
  stderr = '';
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code));
    });
  }

  /** Starts it by its file's ending: `.py`, `.mjs` or `.sh`. It sees no other environment than this. */
  static start(file: string, args: readonly string[], env: Record<string, string> = {}): ClientProgram {
    const programs: Record<string, string> = { py: pythonProgram(), mjs: process.execPath, sh: '/bin/sh' };
    const program = programs[file.slice(file.lastIndexOf('.') + 1)];
    if (program === undefined) throw new Error(`Nobody knows how to run ${file}.`);
    const child = spawn(program, [file, ...args], {
      env: { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new ClientProgram(child);
    onTestFinished(() => started.stop());
    return started;
  }

  /** Runs it to its end. @throws Error with what it printed, unless it ends with 0. */
  static async run(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const program = ClientProgram.start(file, args, env);
    const code = await program.end();
    if (code !== 0) throw new Error(`${file} ended with ${code}:\n${program.stdout}\n${program.stderr}`);
    return program.stdout;
  }

  get lines(): string[] {
    return this.stdout.split('\n').filter((line) => line !== '');
  }

  /** Resolves with the exit code; null when a signal ended it. */
  end(): Promise<number | null> {
    return this.ended;
  }

  /** Waits until it has printed something like this, wherever; gives the match. */
  until(pattern: RegExp, timeout = 20_000): Promise<RegExpExecArray> {
    return vi.waitFor(
      () => {
        const found = pattern.exec(`${this.stdout}\n${this.stderr}`);
        if (found === null) throw new Error(`Not printed so far: ${pattern}\n${this.stdout}\n${this.stderr}`);
        return found;
      },
      { timeout, interval: 20 },
    );
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}
