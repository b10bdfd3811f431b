import {
  ComfyCallFailure,
  runPrompt,
  type ComfyClient,
  type JobLookup,
  type RunPromptRequest,
} from '@app/comfyui';
import { rollFate, rollWire, type ReplayPlan } from './replay-plan.js';
import type { Runner } from './replay-run.js';
import type { Dice } from '../faults/dice.js';
import { framesOf, type Replay } from './replay.js';

/** A client that is wrong in one way, and the kind of harm that shows it. */
export interface PlantedBug {
  name: string;
  runner: Runner;
  roll: (dice: Dice, replay: Replay) => ReplayPlan;
  /** Which recordings can show it; all by default. */
  shownBy?: (replay: Replay) => boolean;
}

/** What a client says that gives up. */
class PromptGone extends Error {}

/** Puts other methods in place of a client's own. */
function patched(client: ComfyClient, methods: Partial<ComfyClient>): ComfyClient {
  return new Proxy(client, {
    get(target, name): unknown {
      const own: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}

const runningJob = (id: string): JobLookup => ({
  kind: 'job',
  job: { id, status: 'in_progress', priority: 0, create_time: 1, outputs_count: 0 },
});

const withPatch =
  (methodsOf: (client: ComfyClient, request: RunPromptRequest) => Partial<ComfyClient>): Runner =>
  (client, request) =>
    runPrompt(patched(client, methodsOf(client, request)), request);

export const PLANTED_BUGS: PlantedBug[] = [
  {
    name: 'trusts execution_success and reads the history once',
    roll: (dice, replay) => ({ ...rollWire(dice, replay), historyLateMs: 40 }),
    runner: withPatch((client) => ({
      history: async (promptId, signal) => {
        const entry = await client.history(promptId, signal);
        if (!entry) throw new PromptGone('the history has no such prompt');
        return entry;
      },
    })),
  },
  {
    name: 'waits for the last frame and never asks before',
    roll: rollWire,
    runner: withPatch((client, { promptId }) => {
      let hasEnded = false;
      client.listen((message) => {
        const isOurs = message.kind === 'event' && message.promptId === promptId;
        hasEnded ||= isOurs && message.event.type === 'executing' && message.event.data.node === null;
      });
      return { job: async (id, signal) => (hasEnded ? client.job(id, signal) : runningJob(id)) };
    }),
  },
  {
    name: 'takes what the engine no longer knows for running',
    roll: rollFate,
    runner: withPatch((client) => ({
      job: async (promptId, signal) => {
        const lookup = await client.job(promptId, signal);
        return lookup.kind === 'unknown' ? runningJob(promptId) : lookup;
      },
    })),
  },
  {
    name: 'believes the first look that finds nothing, for ever',
    roll: (dice, replay) => ({
      ...rollWire(dice, replay),
      http: [{ call: 'jobs', nth: 1, fault: 'lie' }],
      cut: { at: framesOf(replay)[0] ?? 0, how: 'before' },
    }),
    shownBy: ({ has }) => has.jobs,
    runner: withPatch((client) => {
      let isUnknown = false;
      return {
        job: async (promptId, signal) => {
          const lookup = isUnknown ? { kind: 'unknown' as const } : await client.job(promptId, signal);
          isUnknown = lookup.kind === 'unknown';
          return lookup;
        },
        history: (promptId, signal) => (isUnknown ? Promise.resolve(null) : client.history(promptId, signal)),
      };
    }),
  },
  {
    name: 'takes frames of other prompts for its own',
    roll: (dice, replay) => ({
      ...rollWire(dice, replay),
      noiseEvery: 1,
      restartAt: replay.timeline.length - 3,
    }),
    shownBy: ({ timeline }) => timeline.length > 15,
    runner: withPatch((client, { promptId }) => ({
      listen: (listener) =>
        client.listen((message) => listener(message.kind === 'closed' ? message : { ...message, promptId })),
    })),
  },
  {
    name: 'submits again without looking',
    roll: (dice, replay) => ({
      ...rollWire(dice, replay),
      http: [
        { call: 'submit', nth: 1, fault: dice.pick(['reset_after', '502_after', 'html_after', 'half']) },
      ],
    }),
    runner: withPatch((client) => ({
      submit: async (graph, promptId, signal) => {
        try {
          return await client.submit(graph, promptId, signal);
        } catch (error) {
          if (!(error instanceof ComfyCallFailure)) throw error;
          return client.submit(graph, promptId, signal);
        }
      },
    })),
  },
  {
    name: 'says that it cancelled without having looked',
    roll: rollFate,
    runner: (client, { signal, ...request }) => {
      const aborted = new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          request.onCancel?.('cancelled');
          reject(signal.reason as Error);
        });
      });
      return Promise.race([aborted, runPrompt(client, request)]);
    },
  },
  {
    name: 'interrupts whatever runs to get rid of a prompt that waits',
    roll: (dice, replay) => ({
      ...rollWire(dice, replay),
      has: { jobs: false, cancel: false, aimedInterrupt: false },
      abortAt: dice.between(6, 10),
      // It waits for good, behind somebody else's that runs.
      stallAt: 12,
    }),
    shownBy: ({ timeline }) =>
      timeline.slice(0, 5).some((step) => 'others' in step && step.others[0] > 0) &&
      !timeline.slice(0, 16).some((step) => 'truth' in step),
    runner: withPatch((client) => ({
      deleteQueued: async (promptIds) => {
        for (const promptId of promptIds) await client.interrupt(promptId);
      },
    })),
  },
  {
    name: 'gives its place to the next as soon as the engine has the prompt',
    roll: rollWire,
    runner: (client, { onLeft, ...request }) =>
      runPrompt(client, { ...request, onProgress: ({ stage }) => void (stage === 'running' && onLeft?.()) }),
  },
  {
    name: 'takes any 200 for a picture',
    roll: (dice, replay) => ({
      ...rollWire(dice, replay),
      http: [{ call: 'view', nth: 1, fault: dice.pick(['html', 'json', 'half', '500']) }],
    }),
    shownBy: ({ expected }) => 'images' in expected,
    runner: withPatch((client) => ({
      view: async (ref, maxBytes, signal) =>
        (await client.view(ref, maxBytes, signal).catch(() => Buffer.from('<html>'))) ?? Buffer.alloc(0),
    })),
  },
];
