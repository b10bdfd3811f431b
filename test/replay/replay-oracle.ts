import type { CancelOutcome } from '@app/comfyui';
import type { Truth } from './replay-engine.js';
import type { ReplayPlan } from './replay-plan.js';
import { bytesOf, type ReplayServer } from './replay-server.js';
import type { Expected, Replay } from './replay.js';

/** How a run ended, as its caller sees it. */
export type Outcome =
  | { kind: 'images'; images: { filename: string; data: Buffer }[] }
  | { kind: 'failure'; code: string; node: string | undefined; message: string }
  | { kind: 'aborted' }
  | { kind: 'error'; message: string }
  | { kind: 'hung' };

/** What the client said on the way, and where the prompt was in truth at that moment. */
export interface Observed {
  outcome: Outcome;
  left: Truth[];
  cancels: { said: CancelOutcome['state']; truth: Truth }[];
  percents: number[];
  wasAborted: boolean;
}

const IN_ENGINE: readonly Truth[] = ['pending', 'running'];
const ADMITTED: readonly CancelOutcome['state'][] = ['still_running', 'unreachable'];

/** What is wrong with a run, by what the engine knows; empty for a run that ended right. Asks the client nothing. */
export function wrongs(replay: Replay, plan: ReplayPlan, server: ReplayServer, seen: Observed): string[] {
  const { engine } = server;
  const found = [...engine.crimes];
  const { outcome } = seen;
  const rights = rightOutcomes(replay, plan, server, seen);
  if (!rights.some((right) => isAsExpected(outcome, right))) {
    found.push(`ended ${tellOutcome(outcome)}; right would be ${rights.map(tellExpected).join(' or ')}`);
  }
  if (seen.left.length > 1) found.push('left the engine twice');
  if (seen.left.some((truth) => IN_ENGINE.includes(truth))) found.push('said that it had left and had not');
  for (const { said, truth } of seen.cancels) {
    if (!ADMITTED.includes(said) && IN_ENGINE.includes(truth))
      found.push(`said ${said} while it was ${truth}`);
  }
  const isAdmitted = seen.cancels.some(({ said }) => ADMITTED.includes(said));
  if (IN_ENGINE.includes(engine.truth) && !isAdmitted)
    found.push(`ended while the engine had it ${engine.truth}`);
  if (outcome.kind === 'images' && seen.left.length !== 1) found.push('succeeded without leaving');
  if (seen.percents.some((percent, index) => percent > 99 || percent < (seen.percents[index - 1] ?? 0))) {
    found.push(`told the progress ${seen.percents.join(' ')}`);
  }
  return found;
}

type Right = Expected | 'aborted' | 'waiting';

function rightOutcomes(replay: Replay, plan: ReplayPlan, server: ReplayServer, seen: Observed): Right[] {
  const { engine } = server;
  const rights: Right[] = seen.wasAborted ? ['aborted'] : [];
  if (engine.acceptances === 0) return [...rights, { code: submitFailure(plan) }];
  if (engine.isTold && !engine.wasInterrupted) {
    // The engine was away, or disturbed, for all three tries of a download.
    if (server.brokenViews >= 3) rights.push({ code: 'engine_lost_prompt' }, { code: 'upstream_garbage' });
    else rights.push(replay.expected);
    return rights;
  }
  const neverEnds = plan.stallAt !== undefined || isTimedOut(replay.expected);
  if (neverEnds) rights.push({ code: 'timed_out' });
  if (engine.isLost && !engine.wasRemovedByUs) {
    rights.push({ code: 'engine_lost_prompt' });
    if (engine.failureWasSent) rights.push(replay.expected);
  }
  // Neither told, nor lost, nor standing still, nor given up: then there is no end yet that could be right.
  return rights.length === 0 ? ['waiting'] : rights;
}

function isTimedOut(expected: Expected): boolean {
  return 'code' in expected && expected.code === 'timed_out';
}

function submitFailure({ http }: ReplayPlan): string {
  const fault = http.find(({ call }) => call === 'submit')?.fault;
  return fault === '500' ? 'unknown' : 'engine_lost_prompt';
}

function isAsExpected(outcome: Outcome, right: Right): boolean {
  if (right === 'waiting') return false;
  if (right === 'aborted') return outcome.kind === 'aborted';
  if ('images' in right) {
    if (outcome.kind !== 'images' || outcome.images.length !== right.images.length) return false;
    return outcome.images.every(
      ({ filename, data }, index) => filename === right.images[index] && data.equals(bytesOf(filename)),
    );
  }
  const isCode = outcome.kind === 'failure' && outcome.code === right.code;
  return isCode && (right.node === undefined || outcome.node === right.node);
}

function tellOutcome(outcome: Outcome): string {
  if (outcome.kind === 'images') return `with ${outcome.images.map(({ filename }) => filename).join(', ')}`;
  if (outcome.kind === 'failure')
    return `with ${outcome.code} (node ${outcome.node ?? '-'}): ${outcome.message}`;
  return outcome.kind === 'error' ? `with the error ${outcome.message}` : outcome.kind;
}

function tellExpected(right: Right): string {
  return typeof right === 'string' ? right : JSON.stringify(right);
}
