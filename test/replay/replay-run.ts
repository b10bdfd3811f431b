import { TaskFailure } from '@app/contracts';
import { ComfyClient, runPrompt, type PromptResult, type RunPromptRequest } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { wrongs, type Observed, type Outcome } from './replay-oracle.js';
import type { ReplayPlan } from './replay-plan.js';
import { ReplayServer } from './replay-server.js';
import type { Replay } from './replay.js';

/** The client's clocks, made as fast as the recordings are played. Calls keep time enough for a busy machine. */
const PACE = {
  pollMs: 15,
  firstLookMs: 150,
  laterLookMs: 300,
  deafMs: 60,
  historyMs: 8,
  historyRetryMs: 3,
  lookAgainMs: 20,
  downloadRetryMs: 10,
  cancelLookMs: 8,
  cancelTellMs: 40,
};
/** Of requests: far beyond what an idle machine takes. */
const TIMEOUTS = {
  callMs: 700,
  submitMs: 700,
  viewMs: 700,
  openMs: 150,
  pingMs: 60,
  pongMs: 150,
  retryMs: 10,
  maxRetryMs: 60,
};

/** Far more than any run takes: the longest are those with two calls that are never answered. */
const HUNG_AFTER_MS = 15_000;

/** A part of it, for clients that are known to hang. */
const BUG_HUNG_AFTER_MS = 2_000;

/** A client of these tests: ours, or one with a planted bug. */
export type Runner = (client: ComfyClient, request: RunPromptRequest) => Promise<PromptResult>;

export interface Run {
  /** Empty where all is right. */
  wrongs: string[];
  outcome: Outcome;
  tookMs: number;
  calls: string[];
}

/** The clocks of a run: short for many runs, patient for one that a busy machine may have made late. */
const CLOCKS = {
  short: { endlessMs: 200, timeouts: TIMEOUTS },
  patient: {
    endlessMs: 3_000,
    timeouts: { ...TIMEOUTS, callMs: 4_000, submitMs: 4_000, viewMs: 4_000, openMs: 2_000 },
  },
} as const;

/** Plays one replay, as the plan disturbs it, against a client, and judges how it ended. */
export async function playReplay(
  replay: Replay,
  plan: ReplayPlan,
  runner?: Runner,
  clock: keyof typeof CLOCKS = 'short',
): Promise<Run> {
  const { endlessMs, timeouts } = CLOCKS[clock];
  const server = await ReplayServer.start(replay, plan);
  const client = new ComfyClient(server.url, { timeouts, pace: PACE });
  const stop = new AbortController();
  const seen: Observed = {
    outcome: { kind: 'hung' },
    left: [],
    cancels: [],
    percents: [],
    wasAborted: false,
  };
  let hasEnded = false;
  server.player.onAbort = () => {
    if (!hasEnded) seen.wasAborted = true;
    stop.abort(ABORT);
  };
  const startedAtMs = performance.now();
  const running = (runner ?? runPrompt)(client, {
    graph: replay.graph,
    promptId: randomUUID(),
    outputNodeId: replay.outputNodeId,
    signal: stop.signal,
    limits: limitsOf(replay, plan, endlessMs),
    onProgress: ({ percent }) => {
      if (percent !== null) seen.percents.push(percent);
    },
    onCancel: (said) => seen.cancels.push({ said, truth: server.engine.truth }),
    onLeft: () => seen.left.push(server.engine.truth),
  });
  seen.outcome = await outcomeOf(running, runner ? BUG_HUNG_AFTER_MS : HUNG_AFTER_MS);
  hasEnded = true;
  const tookMs = performance.now() - startedAtMs;
  const found = wrongs(replay, plan, server, seen);
  await client.close();
  await server.close();
  return { wrongs: found, outcome: seen.outcome, tookMs, calls: server.calls };
}

const ABORT = new Error('aborted by the replay');

function limitsOf(replay: Replay, plan: ReplayPlan, endlessMs: number): RunPromptRequest['limits'] {
  const neverEnds =
    plan.stallAt !== undefined || ('code' in replay.expected && replay.expected.code === 'timed_out');
  const ms = neverEnds ? endlessMs : 10_000;
  return {
    queuedMs: ms,
    runMs: ms,
    silentMs: ms,
    unreachableMs: 4_000,
    cancelMs: plan.ignoresInterrupts ? 60 : 4_000,
  };
}

async function outcomeOf(running: Promise<PromptResult>, limitMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'hung' }), limitMs);
  });
  const ended = running.then(
    ({ images }): Outcome => ({ kind: 'images', images }),
    (error: unknown): Outcome => {
      if (error === ABORT) return { kind: 'aborted' };
      if (!(error instanceof TaskFailure)) return { kind: 'error', message: String(error) };
      return { kind: 'failure', code: error.code, node: error.node?.id, message: error.message };
    },
  );
  const outcome = await Promise.race([ended, hung]);
  clearTimeout(timer);
  return outcome;
}
