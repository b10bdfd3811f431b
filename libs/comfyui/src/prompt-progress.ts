import type { ComfyEvent, ComfyGraph } from './protocol.js';

/** What a prompt is doing. `percent` is a whole number 0-99 and never falls; null while nothing is known. */
export interface PromptProgress {
  stage: 'waiting_for_engine' | 'running';
  percent: number | null;
}

/**
 * Counts a prompt's progress over the nodes of its graph, each worth the same: finished and cached ones whole,
 * the running one by its own value of max. Nodes that a node expands into count to none. A node that reports
 * no steps (DDColor is one) therefore stands still until it ends. Feed it frames of this prompt only.
 */
export class PromptProgressCounter {
  private readonly done = new Map<string, number>();
  private running: string | null = null;
  private best: number | null = null;

  constructor(graph: ComfyGraph) {
    for (const id of Object.keys(graph)) this.done.set(id, 0);
  }

  /** The progress after this frame. */
  apply(event: ComfyEvent): PromptProgress {
    if (event.type === 'execution_cached') {
      if (Array.isArray(event.data.nodes)) for (const id of event.data.nodes) this.set(id, 1);
    } else if (event.type === 'progress_state') {
      for (const [id, node] of Object.entries(event.data.nodes ?? {})) {
        this.set(id, node.state === 'finished' ? 1 : share(node.value, node.max));
      }
    } else if (event.type === 'progress') {
      this.set(event.data.node, share(event.data.value, event.data.max));
    } else if (event.type === 'executing' && event.data.node !== null) {
      // Servers before v0.3.45 send no progress_state: the next node's start ends the one before.
      if (this.running !== null && this.running !== event.data.node) this.set(this.running, 1);
      this.running = event.data.node;
    } else if (event.type === 'executed') {
      this.set(event.data.node, 1);
    }
    this.count();
    return this.current();
  }

  /** The progress so far; no percent before the first frame. */
  current(): PromptProgress {
    return { stage: 'running', percent: this.best };
  }

  private count(): void {
    const sum = [...this.done.values()].reduce((total, part) => total + part, 0);
    // 100 would claim a result that is not read yet.
    const percent = Math.min(99, Math.floor((100 * sum) / Math.max(1, this.done.size)));
    this.best = Math.max(this.best ?? 0, percent);
  }

  private set(id: string, part: number): void {
    const before = this.done.get(id);
    if (before !== undefined && part > before) this.done.set(id, part);
  }
}

function share(value: number, max: number): number {
  const part = value / max;
  return Number.isFinite(part) ? Math.min(1, Math.max(0, part)) : 0;
}
