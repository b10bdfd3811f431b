import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceLock } from './instance-lock.js';
import { writeJsonFile } from './json-file.js';
import { findRunningSystem, recordPath } from './running-system.js';

describe('InstanceLock', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'lock-'));
  });
  afterEach(() => {
    rmSync(dataDir, { recursive: true });
  });

  it('refuses a second launcher and names the address of the first', () => {
    const lock = InstanceLock.take(dataDir, 'http://127.0.0.1:3000');
    expect(() => InstanceLock.take(dataDir, 'http://127.0.0.1:3001')).toThrow('http://127.0.0.1:3000');
    expect(findRunningSystem(dataDir)?.url).toBe('http://127.0.0.1:3000');
    lock.release();
    expect(findRunningSystem(dataDir)).toBeUndefined();
    InstanceLock.take(dataDir, 'http://127.0.0.1:3001').release();
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  });

  it.each([
    ['whose process is gone', { pid: 4_194_305, started: 'x' }],
    ['whose process number belongs to another program now', { pid: process.pid, started: 'another boot/1' }],
  ])('takes over the lock of a launcher %s', (_, launcher) => {
    writeJsonFile(recordPath(dataDir), { launcher, url: 'http://127.0.0.1:9', ready: true, addresses: [] });
    expect(findRunningSystem(dataDir)).toBeUndefined();
    InstanceLock.take(dataDir, 'http://127.0.0.1:3000');
    expect(findRunningSystem(dataDir)?.launcher.pid).toBe(process.pid);
  });

  it('takes over a lock that was cut off while it was written', () => {
    writeJsonFile(recordPath(dataDir), 'nonsense');
    InstanceLock.take(dataDir, 'http://127.0.0.1:3000');
    expect(findRunningSystem(dataDir)?.url).toBe('http://127.0.0.1:3000');
  });

  it('publishes addresses', () => {
    const lock = InstanceLock.take(dataDir, 'http://127.0.0.1:3000');
    lock.publish({ ready: true, addresses: [{ name: 'Page', url: 'http://127.0.0.1:3000/' }] });
    expect(findRunningSystem(dataDir)).toMatchObject({ ready: true, addresses: [{ name: 'Page' }] });
  });
});
