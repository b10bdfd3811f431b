import type { TaskEvent, TaskMessage } from '@app/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TaskProgressReport } from './task-progress.js';

const message: TaskMessage = {
  version: 1,
  taskId: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c',
  taskType: 'person',
  image: { key: 'a', mediaType: 'image/png', width: 1, height: 1, bytes: 1, sha256: 'a'.repeat(64) },
  parameters: {},
  submittedAt: '2026-01-01T00:00:00.000Z',
};

describe('TaskProgressReport', () => {
  let sent: (string | number | null)[][];
  let report: TaskProgressReport;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    report = new TaskProgressReport({ message, attempt: 2, run: 3 }, 'w1', (event: TaskEvent) => {
      if (event.kind === 'progress')
        sent.push([event.progress.stage, event.progress.percent, event.attempt, event.run]);
    });
    report.open();
  });

  afterEach(() => vi.useRealTimers());

  it('tells a new stage at once', () => {
    report.stage('preparing');
    report.stage('running', 0);
    expect(sent).toEqual([
      ['preparing', null, 2, 3],
      ['running', 0, 2, 3],
    ]);
  });

  it('tells the newest percentage twice a second, and the last one too', () => {
    for (let percent = 0; percent <= 100; percent += 1) {
      report.stage('running', percent);
      vi.advanceTimersByTime(20);
    }
    vi.advanceTimersByTime(500);
    expect(sent.length).toBeLessThanOrEqual(6);
    expect(sent.at(-1)).toEqual(['running', 100, 2, 3]);
  });

  it('tells nothing before it is open, and then where it is', () => {
    const ahead = new TaskProgressReport({ message, attempt: 1, run: 1 }, 'w1', (event: TaskEvent) => {
      if (event.kind === 'progress') sent.push([event.progress.stage, event.progress.percent]);
    });
    ahead.stage('preparing');
    ahead.stage('running', 7);
    vi.advanceTimersByTime(2_000);
    expect(sent).toEqual([]);
    ahead.open();
    expect(sent).toEqual([['running', 7]]);
  });

  it('tells nothing after it was stopped', () => {
    report.stage('running', 1);
    report.stage('running', 2);
    report.stop();
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([['running', 1, 2, 3]]);
  });
});
