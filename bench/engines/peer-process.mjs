// The peer at work: the pool of @saintno/comfyui-sdk, in a process of its own, because a pool's loop never ends. Started
// by peer-driver.ts, which tells it what to do.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** @type {{ name: string, folder: string, photoFile: string, resultFile: string, graph: Record<string, object> }} */
const { name: packageName, folder, photoFile, resultFile, graph } = JSON.parse(process.argv[2] ?? '{}');
const require = createRequire(join(folder, 'index.js'));
const { CallWrapper, ComfyApi, ComfyPool, EQueueMode, PromptBuilder } = require(packageName);

/** Above the longest prompt, so that it does not take the silence of one for a broken socket. */
const SOCKET_SILENCE_MS = 60_000;
const photo = readFileSync(photoFile);
const result = readFileSync(resultFile);

/** @param {{ urls: string[], photos: number, mode: string, atOnce: number, limitMs: number }} order */
async function drive({ urls, photos, mode, atOnce, limitMs }) {
  const clients = urls.map((url) => new ComfyApi(url, crypto.randomUUID(), { wsTimeout: SOCKET_SILENCE_MS }));
  const pool = new ComfyPool(clients, EQueueMode[mode]);
  await Promise.all(clients.map((client) => untilOnline(pool, client)));
  const slots = new Slots(atOnce);
  const cpu = process.cpuUsage();
  const jobs = Array.from({ length: photos }, () => (api) => slots.use(() => limited(colour(api), limitMs)));
  const done = await pool.batch(jobs, 0);
  const { user, system } = process.cpuUsage(cpu);
  pool.destroy();
  const succeeded = done.filter(Boolean).length;
  return { succeeded, failed: photos - succeeded, cpuMs: (user + system) / 1000 };
}

/** One photo, as the peer's documentation says. Resolves to whether the result came back byte for byte. */
async function colour(api) {
  const name = `${crypto.randomUUID()}.png`;
  const uploaded = await api.uploadImage(photo, name);
  if (!uploaded) return false;
  const builder = new PromptBuilder(graph, ['image', 'prefix'], ['images'])
    .setInputNode('image', '11.inputs.image')
    .setInputNode('prefix', '12.inputs.filename_prefix')
    .setOutputNode('images', '12')
    .input('image', uploaded.info.filename)
    .input('prefix', name);
  const outputs = await new CallWrapper(api, builder).run();
  const image = outputs && outputs.images?.images?.[0];
  if (!image) return false;
  const blob = await api.getImage(image);
  return result.equals(Buffer.from(await blob.arrayBuffer()));
}

/**
 * A call whose prompt starts before the peer has read the answer to its submission never ends (0.3.1: what its handler
 * of `status` finds in the history does not wake the call). It counts as failed, so that the others can be measured.
 */
function limited(colouring, limitMs) {
  return Promise.race([
    colouring,
    new Promise((resolve) => {
      setTimeout(() => resolve(false), limitMs).unref();
    }),
  ]);
}

function untilOnline(pool, client) {
  return new Promise((resolve) => {
    pool.on('connected', (event) => {
      if (event.detail.client === client) resolve();
    });
  });
}

/** The pool's modes but PICK_ZERO begin every job at once. */
class Slots {
  #waiting = [];

  constructor(free) {
    this.free = free;
  }

  async use(work) {
    if (this.free > 0) this.free -= 1;
    else await new Promise((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}

process.on('message', (order) => {
  drive(order).then(
    (driven) => process.send(driven),
    (error) => process.send({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
