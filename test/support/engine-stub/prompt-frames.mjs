/** Node classes that end a graph. */
const OUTPUT_CLASSES = ['SaveImage', 'PreviewImage'];

/** The output nodes of a graph, and the file that each will have written. */
export function outputsOf(graph) {
  const outputs = Object.keys(graph).filter((id) => OUTPUT_CLASSES.includes(graph[id].class_type));
  const files = Object.fromEntries(outputs.map((id) => [id, fileOf(graph[id])]));
  return { outputs, files };
}

/** Everything that comes before a prompt's time has passed: it stands in the node before its first output. */
export function framesAtStart({ id, graph, outputs }) {
  const frames = [
    { type: 'execution_start', data: { prompt_id: id, timestamp: Date.now() } },
    { type: 'execution_cached', data: { nodes: [], prompt_id: id, timestamp: Date.now() } },
  ];
  const finished = [];
  for (const node of workingNodes(graph, outputs)) {
    if (finished.length > 0) frames.push(stateOf(id, finished));
    frames.push(stateOf(id, finished, node), executing(id, node));
    finished.push(node);
  }
  return frames;
}

/** From there to its end, but for the last `status` and `executing`. */
export function framesAtEnd({ id, graph, outputs, files }, [kind, data]) {
  if (kind !== 'execution_success') return [{ type: kind, data }];
  const finished = workingNodes(graph, outputs);
  const frames = [stateOf(id, finished)];
  for (const node of outputs) {
    const images = [files[node]];
    frames.push(stateOf(id, finished, node), executing(id, node));
    frames.push({ type: 'executed', data: { node, display_node: node, output: { images }, prompt_id: id } });
    finished.push(node);
    frames.push(stateOf(id, finished));
  }
  return [...frames, { type: kind, data }];
}

/** The last message about a prompt, as the history keeps it. */
export function endOf({ id, graph, outputs }, kind, { exception_type, exception_message }) {
  const timestamp = Date.now();
  if (kind === 'execution_success') return [kind, { prompt_id: id, timestamp }];
  const node = workingNodes(graph, outputs).at(-1);
  const where = { prompt_id: id, node_id: node, node_type: graph[node].class_type, executed: [], timestamp };
  if (kind === 'execution_interrupted') return [kind, where];
  const inputs = { current_inputs: {}, current_outputs: [], traceback: [] };
  return [kind, { ...where, ...inputs, exception_type, exception_message }];
}

/** Photos are loaded first; the order of the others does not matter here. */
function workingNodes(graph, outputs) {
  const isLoad = (id) => Number(graph[id].class_type === 'LoadImage');
  return Object.keys(graph)
    .filter((id) => !outputs.includes(id))
    .sort((a, b) => isLoad(b) - isLoad(a));
}

function executing(id, node) {
  return { type: 'executing', data: { node, display_node: node, prompt_id: id } };
}

function stateOf(id, finished, running) {
  const nodes = {};
  for (const node of finished) nodes[node] = nodeState(id, node, 1, 'finished');
  if (running !== undefined) nodes[running] = nodeState(id, running, 0, 'running');
  return { type: 'progress_state', data: { prompt_id: id, nodes } };
}

function nodeState(id, node, value, state) {
  return {
    value,
    max: 1,
    state,
    node_id: node,
    prompt_id: id,
    display_node_id: node,
    parent_node_id: null,
    real_node_id: node,
  };
}

/** One file for each prefix: prompts have prefixes of their own. */
function fileOf({ class_type, inputs }) {
  const parts = String(inputs.filename_prefix ?? 'ComfyUI').split('/');
  const filename = `${parts.pop()}_00001_.png`;
  return { filename, subfolder: parts.join('/'), type: class_type === 'SaveImage' ? 'output' : 'temp' };
}
