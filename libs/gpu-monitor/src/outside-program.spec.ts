import { ChildProcess } from 'node:child_process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { OutsideProgram } from './outside-program.js';

const WAITS = ['-e', 'setInterval(() => undefined, 1000)'];
const SPEAKS = ['-e', 'console.log(1)'];

it('is not started again while one of it cannot be ended', async () => {
  const program = new OutsideProgram(process.execPath, 3_000);
  const stuck: ChildProcess[] = [];
  const kill = vi.spyOn(ChildProcess.prototype, 'kill').mockImplementation(function (this: ChildProcess) {
    stuck.push(this);
    return true;
  });
  onTestFinished(() => {
    kill.mockRestore();
    for (const child of stuck) child.kill('SIGKILL');
  });
  expect(await program.run(WAITS)).toBe('late');
  expect(await program.run(SPEAKS)).toBe('late');
  expect(stuck).toHaveLength(1);

  kill.mockRestore();
  stuck[0]!.kill('SIGKILL');
  await vi.waitFor(async () => expect(await program.run(SPEAKS)).toEqual({ code: 0, output: '1\n' }), {
    timeout: 15_000,
  });
});
