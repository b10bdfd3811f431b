import { endOf, framesAtEnd, framesAtStart, outputsOf } from './prompt-frames.mjs';

/** As in ComfyUI, what a failed prompt says: v0.27.1 with PyTorch 2.5 and later. */
const OUT_OF_MEMORY = {
  exception_type: 'torch.OutOfMemoryError',
  exception_message: 'Allocation on device \nThis error means you ran out of memory on your GPU.\n',
};

/** Prompts in the order in which they came; one runs at a time, each as long as the stub was told. */
export class PromptLine {
  pending = [];
  history = new Map();
  running;
  #timer;
  #number = 0;

  /** @param hooks `send(clientId, frame)`, `sendAll(frame)`, `settings()`, `finished(prompt)` and a `BusyRecord`. */
  constructor(hooks) {
    this.hooks = hooks;
  }

  get length() {
    return this.pending.length + (this.running ? 1 : 0);
  }

  /** Queues a prompt and gives its number. */
  add({ id, graph, clientId, extraData }) {
    const number = this.#number++;
    const { outputs, files } = outputsOf(graph);
    this.pending.push({
      id,
      graph,
      clientId,
      files,
      outputs,
      item: itemOf({ number, id, graph, extraData, outputs }),
    });
    this.#tellStatus();
    // As with ComfyUI's own thread for prompts, the answer to who submitted it is on its way before the first frame.
    setImmediate(() => this.#next());
    return number;
  }

  /** Takes prompts out that wait; those that run or are unknown stay as they are. */
  remove(ids) {
    const before = this.pending.length;
    this.pending = this.pending.filter(({ id }) => !ids.includes(id));
    if (this.pending.length !== before) this.#tellStatus();
    return before - this.pending.length;
  }

  /** Ends what runs, where it is this prompt; without an id whatever runs. */
  interrupt(id) {
    if (!this.running || (id !== undefined && this.running.id !== id)) return false;
    this.#end('execution_interrupted');
    return true;
  }

  /** What a restart does: nothing of the queue and the history is left. */
  forget() {
    clearTimeout(this.#timer);
    this.running = undefined;
    this.pending = [];
    this.history.clear();
  }

  #next() {
    const prompt = this.pending[0];
    const { promptMs, mood } = this.hooks.settings();
    if (this.running || !prompt || mood === 'stuck') return;
    this.pending.shift();
    this.running = prompt;
    this.hooks.record.started();
    this.#timer = setTimeout(
      () => this.#end(mood === 'out_of_memory' ? 'execution_error' : 'execution_success'),
      promptMs,
    );
    this.#tellStatus();
    for (const frame of framesAtStart(prompt)) this.hooks.send(prompt.clientId, frame);
  }

  #end(how) {
    clearTimeout(this.#timer);
    const prompt = this.running;
    this.hooks.record.ended();
    this.running = undefined;
    const end = endOf(prompt, how, how === 'execution_error' ? OUT_OF_MEMORY : {});
    if (how === 'execution_success') this.hooks.finished(prompt);
    this.history.set(prompt.id, historyOf(prompt, end));
    for (const frame of framesAtEnd(prompt, end)) this.hooks.send(prompt.clientId, frame);
    this.#tellStatus();
    this.hooks.send(prompt.clientId, { type: 'executing', data: { node: null, prompt_id: prompt.id } });
    this.#next();
  }

  #tellStatus() {
    this.hooks.sendAll({
      type: 'status',
      data: { status: { exec_info: { queue_remaining: this.length } } },
    });
  }
}

function itemOf({ number, id, graph, extraData, outputs }) {
  return [number, id, graph, extraData, outputs];
}

function historyOf({ item, files, outputs }, [kind, data]) {
  const succeeded = kind === 'execution_success';
  return {
    prompt: item,
    outputs: succeeded ? Object.fromEntries(outputs.map((id) => [id, { images: [files[id]] }])) : {},
    status: {
      status_str: succeeded ? 'success' : 'error',
      completed: succeeded,
      messages: [
        ['execution_start', { prompt_id: item[1], timestamp: data.timestamp }],
        ['execution_cached', { nodes: [], prompt_id: item[1], timestamp: data.timestamp }],
        [kind, data],
      ],
    },
    meta: {},
  };
}
