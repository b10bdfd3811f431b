import type { ComfyEvent, ComfyGraph, HistoryMessage, NodeOutput, QueueItem } from '@app/comfyui';

/** What a prompt needs of the fake server it is in. */
export interface FakePromptOwner {
  history: Map<string, unknown>;
  sendTo(clientId: string, event: ComfyEvent): void;
  broadcastStatus(): void;
}

/** A prompt in the fake, and the moves a script can make with it. */
export class FakePrompt {
  state: 'pending' | 'running' | 'finished' = 'pending';
  /** Resolves when somebody interrupts it. */
  readonly interrupted: Promise<void>;
  interrupt: () => void = () => undefined;
  private readonly messages: HistoryMessage[] = [];
  private outputs: Record<string, NodeOutput> = {};

  constructor(
    private readonly fake: FakePromptOwner,
    readonly id: string,
    readonly clientId: string,
    readonly graph: ComfyGraph,
  ) {
    this.interrupted = new Promise((resolve) => {
      this.interrupt = resolve;
    });
  }

  /** Tells the submitter, as ComfyUI does. */
  send(event: ComfyEvent): void {
    this.fake.sendTo(this.clientId, event);
  }

  start(cached: string[] = []): void {
    this.state = 'running';
    this.tell('execution_start', { prompt_id: this.id, timestamp: 1 });
    this.tell('execution_cached', { prompt_id: this.id, nodes: cached, timestamp: 1 });
  }

  /** Runs one node: `executing`, then `progress_state` with it and those before it. */
  node(id: string, value = 1, max = 1): void {
    this.send({ type: 'executing', data: { node: id, display_node: id, prompt_id: this.id } });
    const state = value < max ? ('running' as const) : ('finished' as const);
    const node = { value, max, state, node_id: id, prompt_id: this.id };
    const nodes = { [id]: { ...node, display_node_id: id, parent_node_id: null, real_node_id: id } };
    this.send({ type: 'progress_state', data: { prompt_id: this.id, nodes } });
  }

  output(nodeId: string, filename: string, type: 'output' | 'temp' | 'input' = 'output'): void {
    const images = [...(this.outputs[nodeId]?.images ?? []), { filename, subfolder: '', type }];
    this.outputs = { ...this.outputs, [nodeId]: { images } };
    const data = { node: nodeId, display_node: nodeId, output: { images }, prompt_id: this.id };
    this.send({ type: 'executed', data });
  }

  /** Sends the last message, and later writes the history and ends the prompt. */
  async end(message: HistoryMessage, historyAfter: Promise<void> = Promise.resolve()): Promise<void> {
    this.tell(...message);
    await historyAfter;
    this.finishSilently();
    this.fake.broadcastStatus();
    this.send({ type: 'executing', data: { node: null, prompt_id: this.id } });
  }

  /** Writes the history without a word on the socket. */
  finishSilently(): void {
    this.state = 'finished';
    this.fake.history.set(this.id, this.entry());
  }

  succeed(historyAfter?: Promise<void>): Promise<void> {
    return this.end(['execution_success', { prompt_id: this.id, timestamp: 2 }], historyAfter);
  }

  fail(nodeId: string, exceptionType: string, exceptionMessage: string): Promise<void> {
    return this.end([
      'execution_error',
      {
        ...this.place(nodeId),
        exception_type: exceptionType,
        exception_message: exceptionMessage,
        traceback: ['File "/secret/server/path.py", line 1'],
        current_inputs: {},
        current_outputs: [],
      },
    ]);
  }

  endInterrupted(): Promise<void> {
    return this.end(['execution_interrupted', this.place('6')]);
  }

  item(): QueueItem {
    return [0, this.id, this.graph, { client_id: this.clientId }, []];
  }

  private place(nodeId: string): {
    prompt_id: string;
    node_id: string;
    node_type: string;
    executed: string[];
    timestamp: number;
  } {
    const node_type = this.graph[nodeId]?.class_type ?? '';
    return { prompt_id: this.id, node_id: nodeId, node_type, executed: [], timestamp: 2 };
  }

  private tell(...message: HistoryMessage): void {
    this.messages.push(message);
    this.send({ type: message[0], data: message[1] } as ComfyEvent);
  }

  private entry(): unknown {
    const success = this.messages.some(([type]) => type === 'execution_success');
    const status = { status_str: success ? 'success' : 'error', completed: success, messages: this.messages };
    return { prompt: this.item(), outputs: this.outputs, status, meta: {} };
  }
}
