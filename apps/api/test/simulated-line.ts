import { Calibration, judge, type Verdict } from '../src/estimates/calibration.js';
import { Forecast, PLACES, type Slot } from '../src/estimates/forecast.js';
import { TypeRecord } from '../src/estimates/type-record.js';

/** A line to try estimates on. Times are milliseconds. */
export interface SimulatedLineOptions {
  slots: number;
  /** How long the next task takes. */
  service: () => number;
  /** Until the next task arrives, which may depend on the time. */
  pause: (now: number) => number;
  /** Whether the next one goes before all who are no VIPs. */
  isVip?: () => boolean;
  /** How many arrive at once. */
  burst?: () => number;
  /** Tasks in all; the first tenth is not counted. */
  tasks: number;
  /** Whether ranges learn from what became of earlier ones. */
  calibrated?: boolean;
}

/** What became of the estimates. */
export interface Truth {
  judged: number;
  inside: number;
  early: number;
  late: number;
  /** Width of the ranges divided by the time to their middle, on average. */
  width: number;
  longestLine: number;
}

interface Waiting {
  vip: boolean;
  arrivedAt: number;
  promise?: { from: number; to: number };
}

interface Running extends Waiting {
  startedAt: number;
  endsAt: number;
}

/** Plays a line of one type through, asks for a range at each arrival, and judges it when the task has ended. */
export function simulateLine(options: SimulatedLineOptions): Truth {
  const { slots, service, pause, isVip = () => false, burst = () => 1, tasks, calibrated = true } = options;
  const record = new TypeRecord();
  const calibration = new Calibration();
  const line: Waiting[] = [];
  const running: Running[] = [];
  const verdicts: Verdict[] = [];
  const widths: number[] = [];
  let now = 0;
  let arrived = 0;
  let longestLine = 0;
  let nextArrival = pause(0);

  const begin = () => {
    while (running.length < slots && line.length > 0) {
      running.push({ ...line.shift()!, startedAt: now, endsAt: now + service() });
      record.overtaking.started();
    }
  };
  const promise = (place: number) => {
    const { times } = record;
    if (times === undefined) return undefined;
    const forecast = new Forecast({
      times,
      slots: Array.from({ length: slots }, (_, index): Slot => {
        const task = running[index];
        return { running: task ? { times, elapsedMs: now - task.startedAt } : null, others: [] };
      }),
      others: [],
      overtaking: record.overtaking.expected(PLACES),
    });
    const spread = forecast.at(place);
    const { from, to } = calibrated ? calibration.range(spread) : { from: spread.low, to: spread.high };
    return { from: now + from, to: now + to };
  };
  const arrive = () => {
    const vip = isVip();
    const behind = vip ? line.findIndex((each) => !each.vip) : -1;
    const index = behind === -1 ? line.length : behind;
    const range = promise(index + 1);
    record.overtaking.joined(index + 1, line.length);
    line.splice(index, 0, { vip, arrivedAt: now, ...(range && { promise: range }) });
    arrived += 1;
    longestLine = Math.max(longestLine, line.length);
  };
  const end = (task: Running) => {
    running.splice(running.indexOf(task), 1);
    record.ended(now - task.startedAt, true);
    if (task.promise === undefined) return;
    const verdict = judge(task.promise, now);
    calibration.judged(verdict, task.arrivedAt, now);
    const { from, to } = task.promise;
    if (arrived > tasks / 10) {
      verdicts.push(verdict);
      widths.push((to - from) / Math.max(1, (from + to) / 2 - task.arrivedAt));
    }
  };

  const isOver = () => arrived >= tasks && running.length === 0;
  while (!isOver()) {
    const next = running.reduce<Running | undefined>(
      (first, task) => (first === undefined || task.endsAt < first.endsAt ? task : first),
      undefined,
    );
    if (arrived < tasks && (next === undefined || nextArrival < next.endsAt)) {
      now = nextArrival;
      for (let left = burst(); left > 0; left--) arrive();
      nextArrival = now + pause(now);
    } else if (next) {
      now = next.endsAt;
      end(next);
    }
    begin();
  }
  const share = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length / verdicts.length;
  return {
    judged: verdicts.length,
    inside: share('inside'),
    early: share('early'),
    late: share('late'),
    width: widths.reduce((sum, width) => sum + width, 0) / widths.length,
    longestLine,
  };
}
