import type {
  ComfyEvent,
  HistoryEntry,
  HistoryMessage,
  NodeOutput,
  NodeProgress,
  QueueItem,
} from '@app/comfyui';
import type { EventSink } from './event-sink.js';

/**
 * Tells clients what one prompt does, and collects what its history entry will say.
 *
 * Who hears what follows ComfyUI v0.27.1: everything goes to the client that submitted the prompt and to no other.
 * For a prompt without a client id, progress and an interruption go to everybody and the rest to nobody.
 */
export class PromptReporter {
  private readonly messages: HistoryMessage[] = [];
  private readonly outputs = new Map<string, NodeOutput>();
  private readonly progress = new Map<string, NodeProgress>();
  private readonly clientId: string | undefined;

  constructor(
    private readonly item: QueueItem,
    private readonly sink: EventSink,
  ) {
    const clientId = item[3].client_id;
    this.clientId = typeof clientId === 'string' ? clientId : undefined;
  }

  started(): void {
    this.message(['execution_start', { prompt_id: this.promptId, timestamp: Date.now() }]);
  }

  cached(nodes: string[]): void {
    this.message(['execution_cached', { nodes, prompt_id: this.promptId, timestamp: Date.now() }]);
  }

  nodeStarted(node: string): void {
    this.setProgress(node, 'running', 0, 1);
    this.toClient({ type: 'executing', data: { node, display_node: node, prompt_id: this.promptId } });
  }

  nodeProgressed(node: string, value: number, max: number): void {
    this.setProgress(node, 'running', value, max);
    this.toAll({ type: 'progress', data: { value, max, prompt_id: this.promptId, node } });
  }

  /** `ui` is what an output node announces, from this run or from the cache. */
  nodeFinished(node: string, ui: NodeOutput | undefined): void {
    if (ui) {
      this.outputs.set(node, ui);
      const data = { node, display_node: node, output: ui, prompt_id: this.promptId };
      this.toClient({ type: 'executed', data });
    }
    const max = this.progress.get(node)?.max ?? 1;
    this.setProgress(node, 'finished', max, max);
  }

  succeeded(): void {
    this.message(['execution_success', { prompt_id: this.promptId, timestamp: Date.now() }]);
  }

  failed(
    error: Omit<Extract<HistoryMessage, ['execution_error', unknown]>[1], 'prompt_id' | 'timestamp'>,
  ): void {
    this.message(['execution_error', { prompt_id: this.promptId, ...error, timestamp: Date.now() }]);
  }

  interrupted(node: { node_id: string; node_type: string; executed: string[] }): void {
    const data = { prompt_id: this.promptId, ...node, timestamp: Date.now() };
    this.messages.push(['execution_interrupted', data]);
    this.toAll({ type: 'execution_interrupted', data });
  }

  /** The last event of a prompt, after its history entry is there. */
  ended(): void {
    this.toClient({ type: 'executing', data: { node: null, prompt_id: this.promptId } });
  }

  historyEntry(): HistoryEntry {
    const completed = this.messages.at(-1)?.[0] === 'execution_success';
    const meta = [...this.outputs.keys()].map(
      (id) => [id, { node_id: id, display_node: id, parent_node: null, real_node_id: id }] as const,
    );
    return {
      prompt: this.item,
      outputs: Object.fromEntries(this.outputs),
      status: { status_str: completed ? 'success' : 'error', completed, messages: this.messages },
      meta: Object.fromEntries(meta),
    };
  }

  private get promptId(): string {
    return this.item[1];
  }

  private setProgress(node: string, state: NodeProgress['state'], value: number, max: number): void {
    const ids = { node_id: node, prompt_id: this.promptId, display_node_id: node, parent_node_id: null };
    this.progress.set(node, { value, max, state, ...ids, real_node_id: node });
    const nodes = Object.fromEntries(this.progress);
    this.toAll({ type: 'progress_state', data: { prompt_id: this.promptId, nodes } });
  }

  private message(message: HistoryMessage): void {
    this.messages.push(message);
    this.toClient({ type: message[0], data: message[1] } as ComfyEvent);
  }

  private toClient(event: ComfyEvent): void {
    if (this.clientId !== undefined) this.sink.send(event, this.clientId);
  }

  private toAll(event: ComfyEvent): void {
    this.sink.send(event, this.clientId);
  }
}
