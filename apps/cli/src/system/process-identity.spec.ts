import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identityOf, isStillRunning } from './process-identity.js';

it('knows a process until it is gone, also one whose parent has not looked yet', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = identityOf(child.pid ?? 0);
  if (!identity) throw new Error('the child is not found');
  expect(isStillRunning(identity)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => isStillRunning(identity)).toBe(false);
});

it('does not take another process with the same number for it', () => {
  const self = identityOf(process.pid);
  expect(self).toBeDefined();
  expect(isStillRunning({ pid: process.pid, started: 'another boot/1' })).toBe(false);
});

it('finds nothing under a number that no process has', () => {
  // Above the kernel's highest possible pid_max (2^22).
  expect(identityOf(4_194_305)).toBeUndefined();
});
