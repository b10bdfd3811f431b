import { execFile, type ChildProcess } from 'node:child_process';

/** What became of a run; `missing`: there is no such program, or it may not be run; `late`: it took too long. */
export type ProgramEnd = { code: number | null; output: string } | 'missing' | 'late';

const MOST_OUTPUT_BYTES = 1024 ** 2;
const NOT_THERE = ['ENOENT', 'EACCES', 'ENOTDIR'];

/** A program that is run for what it says, without a shell and beside the event loop. */
export class OutsideProgram {
  /** Those that were to end and have not: a program that waits in a broken driver cannot be ended. */
  private readonly leftBehind = new Set<ChildProcess>();

  /**
   * @param path its name, looked for on the PATH, or its path
   * @param limitMs a run is ended when it takes longer
   */
  constructor(
    private readonly path: string,
    readonly limitMs: number,
  ) {}

  /** Never rejects. While one that was ended late still hangs no other is started: `late` at once. */
  run(parameters: readonly string[]): Promise<ProgramEnd> {
    if (this.leftBehind.size > 0) return Promise.resolve('late');
    return new Promise((resolve) => {
      const options = { maxBuffer: MOST_OUTPUT_BYTES, windowsHide: true };
      const child = execFile(this.path, parameters, options, (error, output, complaint) => {
        clearTimeout(timer);
        resolve(endOf(error?.code ?? null, error === null, output || complaint));
      });
      const timer = setTimeout(() => {
        this.leave(child);
        resolve('late');
      }, this.limitMs);
    });
  }

  private leave(child: ChildProcess): void {
    this.leftBehind.add(child);
    child.once('exit', () => this.leftBehind.delete(child));
    child.kill('SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
  }
}

function endOf(code: string | number | null, isGood: boolean, output: string): ProgramEnd {
  if (typeof code === 'string' && NOT_THERE.includes(code)) return 'missing';
  if (isGood) return { code: 0, output };
  return { code: typeof code === 'number' ? code : null, output };
}
