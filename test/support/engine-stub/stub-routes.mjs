import { readFileSync } from 'node:fs';
import { outputsOf } from './prompt-frames.mjs';
import { readUpload } from './upload-form.mjs';

const INFO = JSON.parse(readFileSync(new URL('../../fixtures/comfyui/info.json', import.meta.url), 'utf8'));
const GPU_BYTES = 24_000_000_000;
/** Nothing of this is full, so that no memory gate closes. */
const DEVICE = {
  name: 'cuda:0 Stub : cudaMallocAsync',
  type: 'cuda',
  index: 0,
  vram_total: GPU_BYTES,
  vram_free: GPU_BYTES * 0.9,
  torch_vram_total: 0,
  torch_vram_free: 0,
};

/** The memory that another program holds. */
const HELD_BY_OTHERS = 0.97;

const json = (body, status = 200) => ({ status, json: body });
const EMPTY = { status: 200 };

/** The routes of ComfyUI that a client needs to have a graph run, as `METHOD first-part-of-the-path`. */
export function createRoutes({ line, files, moods }) {
  return {
    'GET system_stats': () => json({ ...INFO.systemStats, devices: [device()] }),
    'GET features': () => json(INFO.features),
    'GET prompt': () => json({ exec_info: { queue_remaining: line.length } }),
    'POST prompt': ({ body }) => submit(JSON.parse(body)),
    'GET queue': () =>
      json({
        queue_running: line.running ? [line.running.item] : [],
        queue_pending: line.pending.map(({ item }) => item),
      }),
    'POST queue': ({ body }) => {
      const { clear, delete: ids = [] } = JSON.parse(body);
      line.remove(clear ? line.pending.map(({ id }) => id) : ids);
      return EMPTY;
    },
    'GET history': ({ rest: [id] }) => json(pick(line.history, id)),
    'POST history': ({ body }) => {
      for (const id of JSON.parse(body).delete ?? []) line.history.delete(id);
      return EMPTY;
    },
    'POST interrupt': ({ body }) => {
      line.interrupt(body.length > 0 ? JSON.parse(body).prompt_id : undefined);
      return EMPTY;
    },
    'POST free': () => EMPTY,
    'GET object_info': ({ rest: [name] }) =>
      json(name === undefined ? INFO.objectInfo : pick(new Map(Object.entries(INFO.objectInfo)), name)),
    'POST upload': ({ body, headers }) => upload(readUpload(body, headers['content-type'])),
    'GET view': ({ query }) => {
      const [type, subfolder] = [query.get('type') ?? 'output', query.get('subfolder') ?? ''];
      const bytes = files.get(type, subfolder, query.get('filename'));
      return bytes ? { status: 200, bytes } : { status: 404 };
    },
    'GET jobs': ({ rest: [id] }) => (id === undefined ? json(allJobs()) : job(id)),
    'POST jobs': ({ rest: [id, action] }) =>
      action === 'cancel'
        ? json({ cancelled: line.interrupt(id) || line.remove([id]) > 0 })
        : { status: 405 },
  };

  function device() {
    if (moods.current !== 'full') return DEVICE;
    return { ...DEVICE, vram_free: GPU_BYTES * (1 - HELD_BY_OTHERS) };
  }

  function submit({ prompt: graph, prompt_id: id = crypto.randomUUID(), client_id, extra_data = {} }) {
    const clientId = client_id ?? extra_data.client_id;
    const missing = Object.entries(graph ?? {}).find(
      ([, node]) => node.class_type === 'LoadImage' && !files.input(node.inputs.image),
    );
    if (missing) return refusal(missing, graph);
    const extraData = { ...extra_data, client_id: clientId, create_time: Date.now() };
    const number = line.add({ id, graph, clientId, extraData });
    return json({ prompt_id: id, number, node_errors: {} });
  }

  function upload(form) {
    if (!form) return { status: 400 };
    const { type = 'input', subfolder = '', overwrite = 'false' } = form.fields;
    const file = { type, subfolder, name: form.name, overwrite: ['true', '1'].includes(overwrite) };
    return json({ name: files.add(file, form.file), subfolder, type });
  }

  function job(id) {
    if (line.running?.id === id) return json(jobOf(line.running, 'in_progress'));
    const pending = line.pending.find((each) => each.id === id);
    if (pending) return json(jobOf(pending, 'pending'));
    const entry = line.history.get(id);
    if (!entry) return json({ error: 'Job not found' }, 404);
    return json({ ...jobOf({ id, item: entry.prompt }, stateOf(entry)), outputs: entry.outputs });
  }

  function allJobs() {
    const running = line.running ? [jobOf(line.running, 'in_progress')] : [];
    const jobs = [...running, ...line.pending.map((prompt) => jobOf(prompt, 'pending'))];
    return { jobs, pagination: { offset: 0, limit: jobs.length, total: jobs.length, has_more: false } };
  }
}

function jobOf({ id, item: [priority, , , extra] }, status) {
  return { id, status, priority, create_time: extra.create_time, outputs_count: 1 };
}

function stateOf({ status: { completed, messages } }) {
  if (completed) return 'completed';
  return messages.at(-1)[0] === 'execution_interrupted' ? 'cancelled' : 'failed';
}

function pick(map, key) {
  return map.has(key) ? { [key]: map.get(key) } : {};
}

function refusal([id, { class_type, inputs }], graph) {
  const details = `image - Invalid image file: ${inputs.image}`;
  const reason = { type: 'custom_validation_failed', message: 'Custom validation failed for node', details };
  const type = 'prompt_outputs_failed_validation';
  return json(
    {
      error: { type, message: 'Prompt outputs failed validation', details: '', extra_info: {} },
      node_errors: {
        [id]: {
          errors: [{ ...reason, extra_info: {} }],
          dependent_outputs: outputsOf(graph).outputs,
          class_type,
        },
      },
    },
    400,
  );
}
