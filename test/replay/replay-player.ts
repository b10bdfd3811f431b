import type { HistoryEntry, HistoryMessage } from '@app/comfyui';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplayEngine } from './replay-engine.js';
import type { ReplayPlan } from './replay-plan.js';
import type { ReplaySockets } from './replay-sockets.js';
import { playedTimeline, type Played } from './replay-timeline.js';
import type { Replay, Step } from './replay.js';

/** A recorded second takes this many milliseconds here. */
const SCALE = 0.03;

/** How long a killed engine of a recording is away. */
const RECORDED_DOWN_MS = 20;

/** Plays a prompt, from its acceptance to its end, or to what the plan makes of it. */
export class ReplayPlayer {
  /** Called where the plan aborts us. */
  onAbort: () => void = () => undefined;
  /** True once the engine stands still for good. */
  isStalled = false;
  private generation = 0;
  private interruptAsked: () => void = () => undefined;
  private isInterruptAsked = false;
  /** The engine's fate comes once, however often the prompt is submitted. */
  private hadItsFate = false;

  constructor(
    private readonly replay: Replay,
    private readonly plan: ReplayPlan,
    private readonly engine: ReplayEngine,
    private readonly sockets: ReplaySockets,
  ) {}

  /** Plays from the start; what is still played of an earlier submission stops. */
  async play(): Promise<void> {
    this.generation += 1;
    const { generation, plan } = this;
    this.isInterruptAsked = false;
    const steps = playedTimeline(this.replay, plan, this.engine.promptId, SCALE);
    const startMs = performance.now();
    for (const played of steps) {
      const waitMs = startMs + played.atMs - performance.now();
      if (waitMs >= 1) await sleep(waitMs);
      if (generation !== this.generation || this.engine.truth === 'absent') return;
      if (plan.stallAt !== undefined && played.place >= plan.stallAt && this.engine.truth !== 'finished') {
        this.isStalled = true;
        await this.untilInterrupted(generation);
        return;
      }
      if (await this.fatal(played)) return;
      if (this.isInterruptAsked && isCheckpoint(played.step, this.engine.promptId)) {
        this.endInterrupted();
        return;
      }
      this.apply(played);
    }
  }

  stop(): void {
    this.generation += 1;
    this.interruptAsked();
  }

  /** Our prompt is to be interrupted; it comes to that at its next node or progress step, or never. */
  interrupt(): void {
    if (this.plan.ignoresInterrupts) return;
    this.isInterruptAsked = true;
    this.interruptAsked();
  }

  /** What the plan has for this place that ends the playing. */
  private async fatal({ place, step }: Played): Promise<boolean> {
    const { plan, engine } = this;
    if (plan.abortAt !== undefined && place >= plan.abortAt) this.onAbort();
    const isRestart = plan.restartAt !== undefined && place >= plan.restartAt && !this.hadItsFate;
    const isRecordedRestart = 'truth' in step && step.truth === 'restarted';
    if (isRestart || isRecordedRestart) {
      this.hadItsFate = true;
      await this.restart(isRestart ? plan.downMs : RECORDED_DOWN_MS);
      return true;
    }
    if (plan.clearAt === undefined || place < plan.clearAt || this.hadItsFate) return false;
    this.hadItsFate = true;
    const isGone = engine.remove();
    this.sockets.sendStatus();
    return isGone;
  }

  private async restart(downMs: number): Promise<void> {
    this.engine.isDown = true;
    this.engine.restart();
    this.sockets.cut(null, this.engine.promptId, 'before');
    if (downMs > 0) await sleep(downMs);
    this.engine.isDown = false;
  }

  private apply({ step, place }: Played): void {
    const { plan, engine, sockets } = this;
    const { promptId } = engine;
    if ('others' in step) engine.others = step.others;
    else if ('truth' in step) this.applyTruth(step.truth);
    else if ('cut' in step) sockets.cut(null, promptId, 'before');
    else if (plan.cut?.at === place) sockets.cut(step, promptId, plan.cut.how);
    else {
      if (plan.halfOpenAt === place) sockets.halfOpen();
      if (plan.deafAt === place) sockets.deafen();
      sockets.send(step, promptId);
    }
  }

  private applyTruth(truth: 'running' | 'finished' | 'gone' | 'restarted'): void {
    if (truth === 'running') this.engine.start();
    else if (truth === 'finished') this.engine.finish(this.recordedEnd());
    else if (truth === 'gone') {
      this.engine.remove();
      this.sockets.sendStatus();
    }
  }

  private async untilInterrupted(generation: number): Promise<void> {
    if (!this.isInterruptAsked) {
      await new Promise<void>((resolve) => {
        this.interruptAsked = resolve;
      });
    }
    if (generation === this.generation) this.endInterrupted();
  }

  private endInterrupted(): void {
    if (this.engine.truth !== 'running') return;
    const { promptId } = this.engine;
    const data = { prompt_id: promptId, node_id: '3', node_type: 'X', executed: [], timestamp: 1 };
    this.engine.wasInterrupted = true;
    this.sockets.send({ t: 0, frame: { type: 'execution_interrupted', data } }, promptId);
    this.engine.finish(this.entryOf('error', [['execution_interrupted', data]]));
    this.sockets.sendStatus();
    this.sockets.send(
      { t: 0, frame: { type: 'executing', data: { node: null, prompt_id: promptId } } },
      promptId,
    );
  }

  private recordedEnd(): HistoryEntry | null {
    const { entry, promptId } = this.replay;
    return (
      entry && (JSON.parse(JSON.stringify(entry).replaceAll(promptId, this.engine.promptId)) as HistoryEntry)
    );
  }

  private entryOf(status_str: 'error', messages: HistoryMessage[]): HistoryEntry {
    const status = { status_str, completed: false, messages };
    return { prompt: [0, this.engine.promptId, {}, {}, []], outputs: {}, status, meta: {} };
  }
}

/** ComfyUI looks whether it was interrupted before each node and at each progress step. */
function isCheckpoint(step: Step, promptId: string): boolean {
  if (!('frame' in step)) return false;
  const { type, data } = step.frame;
  if (!('prompt_id' in data) || data.prompt_id !== promptId) return false;
  return type === 'progress' || (type === 'executing' && data.node !== null);
}
