import {
  ComfyClient,
  resumePrompt,
  runPrompt,
  type ComfyGraph,
  type ComfyPace,
  type PromptProgress,
  type PromptResult,
  type RunPromptRequest,
} from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { FakeComfy, type FakeComfyOptions } from '../../support/fake-comfyui.js';
import type { FakePrompt } from '../../support/fake-comfyui-prompt.js';

export const GRAPH: ComfyGraph = {
  '11': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
  '6': { class_type: 'DDColor_Colorize', inputs: { image: ['11', 0], model_input_size: 512 } },
  '12': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'p' } },
};

export const LIMITS = {
  queuedMs: 20_000,
  runMs: 20_000,
  silentMs: 20_000,
  unreachableMs: 12_000,
  cancelMs: 12_000,
};

/** As the client's own, but for the pauses that a test would only wait for. */
const PACE = { pollMs: 200, lookAgainMs: 200, deafMs: 600, downloadRetryMs: 50, cancelTellMs: 600 };

/** The whole way of a prompt that succeeds. */
export async function succeed(prompt: FakePrompt): Promise<void> {
  prompt.start();
  for (const id of ['11', '6', '12']) prompt.node(id);
  prompt.output('12', 'p_00001_.png');
  await prompt.succeed();
}

/** A fake server with one file to view, a client on it, and runs of the graph above. */
export class FakeRun {
  readonly progress: PromptProgress[] = [];
  readonly cancels: string[] = [];

  private constructor(
    readonly fake: FakeComfy,
    readonly client: ComfyClient,
  ) {}

  static async start(options: FakeComfyOptions = {}, pace: Partial<ComfyPace> = {}): Promise<FakeRun> {
    const fake = await FakeComfy.start(options);
    fake.files.set('p_00001_.png', Buffer.from('picture'));
    const timeouts = { callMs: 10_000, submitMs: 3_000, openMs: 10_000, retryMs: 50, maxRetryMs: 200 };
    return new FakeRun(fake, new ComfyClient(fake.url, { timeouts, pace: { ...PACE, ...pace } }));
  }

  run(request: Partial<RunPromptRequest> = {}): Promise<PromptResult> {
    return runPrompt(this.client, this.request(request));
  }

  /** Takes up a prompt of this id, as a process does that knows nothing else of it. */
  resume(promptId: string, request: Partial<RunPromptRequest> = {}): Promise<PromptResult | undefined> {
    return resumePrompt(this.client, this.request({ promptId, ...request }));
  }

  private request(request: Partial<RunPromptRequest>): RunPromptRequest {
    return {
      graph: GRAPH,
      promptId: randomUUID(),
      outputNodeId: '12',
      limits: LIMITS,
      onProgress: (progress) => this.progress.push(progress),
      onCancel: (outcome) => this.cancels.push(outcome),
      ...request,
    };
  }

  /** Questions beside upload, submit and view. */
  get questions(): string[] {
    return this.fake.requests
      .map(({ method, path }) => `${method} ${path}`)
      .filter((request) => !/POST \/prompt|POST \/upload|GET \/view/.test(request));
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.fake.close();
  }
}

/** Resolves when the condition holds; rejects after forty seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
