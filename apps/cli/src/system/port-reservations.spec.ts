import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PortReservations } from './port-reservations.js';
import { identityOf } from './process-identity.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ports-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

it('leaves a port to the living process that reserved it', () => {
  writeFileSync(join(dir, '5672'), JSON.stringify(identityOf(process.ppid)));
  const reservations = new PortReservations(dir);
  expect(reservations.take(5672)).toBe(false);
  expect(reservations.take(5673)).toBe(true);
  expect(reservations.take(5673)).toBe(true);
});

it.each([
  ['of a process that is gone', JSON.stringify({ pid: 4_194_305, started: 'x' })],
  ['of a process whose number another one has now', JSON.stringify({ pid: process.ppid, started: 'x' })],
  ['that was cut off', '{"pid":'],
])('takes over a reservation %s', (_, content) => {
  writeFileSync(join(dir, '5672'), content);
  expect(new PortReservations(dir).take(5672)).toBe(true);
});
