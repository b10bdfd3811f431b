import { beforeEach, describe, expect, it } from 'vitest';
import { Circuit } from './circuit.js';

describe('Circuit', () => {
  let nowMs: number;
  let circuit: Circuit;

  beforeEach(() => {
    nowMs = 1_000_000;
    circuit = new Circuit(() => nowMs);
  });

  /** A good look after so much time. */
  function lookAfter(ms: number): Circuit['state'] {
    nowMs += ms;
    circuit.lookSucceeded();
    return circuit.state;
  }

  function failTasks(times: number): void {
    for (let time = 0; time < times; time++) circuit.taskFailed();
  }

  it('opens with the third failure in a row, not with the second', () => {
    failTasks(2);
    expect(circuit.state).toBe('closed');
    failTasks(1);
    expect(circuit.state).toBe('open');
  });

  it('counts looks and tasks together', () => {
    circuit.lookFailed();
    circuit.taskFailed();
    expect(circuit.state).toBe('closed');
    circuit.lookFailed();
    expect(circuit.state).toBe('open');
  });

  it('begins to count anew with a success', () => {
    failTasks(2);
    circuit.taskSucceeded();
    failTasks(2);
    expect(circuit.state).toBe('closed');
  });

  it('does not take an answer to a look for a task that went well', () => {
    failTasks(2);
    circuit.lookFailed();
    expect(circuit.state).toBe('open');
    circuit.taskSucceeded();
    circuit.lookFailed();
    circuit.lookFailed();
    circuit.lookSucceeded();
    failTasks(2);
    expect(circuit.state).toBe('closed');
    circuit.lookSucceeded();
    failTasks(1);
    expect(circuit.state).toBe('open');
  });

  it('lets one task try after 5 s, but only where the engine answers by then', () => {
    failTasks(3);
    expect(lookAfter(4_999)).toBe('open');
    nowMs += 1;
    expect(circuit.state).toBe('open');
    expect(lookAfter(0)).toBe('half_open');
    circuit.taskSucceeded();
    expect(circuit.state).toBe('closed');
  });

  it('doubles its pause with every task that failed to show it well, up to a minute', () => {
    failTasks(3);
    for (const pauseMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(lookAfter(pauseMs - 1)).toBe('open');
      expect(lookAfter(1)).toBe('half_open');
      circuit.taskFailed();
    }
    expect(lookAfter(60_000)).toBe('half_open');
    circuit.taskSucceeded();
    failTasks(3);
    expect(lookAfter(5_000)).toBe('half_open');
  });

  it('opens again with one failed look while half-open, without a longer pause', () => {
    failTasks(3);
    expect(lookAfter(5_000)).toBe('half_open');
    circuit.lookFailed();
    expect(circuit.state).toBe('open');
    expect(lookAfter(5_000)).toBe('half_open');
  });

  it('is not opened for longer by what began before it was opened', () => {
    failTasks(3);
    nowMs += 4_000;
    failTasks(1);
    circuit.lookFailed();
    expect(lookAfter(1_000)).toBe('half_open');
  });

  it('is ready 5 s after it was opened, however long the engine stayed away', () => {
    for (let look = 0; look < 1_000; look++) {
      circuit.lookFailed();
      nowMs += 2_000;
    }
    expect(lookAfter(0)).toBe('half_open');
  });
});
