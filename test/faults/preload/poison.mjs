import { wrapMethod } from './wrap-method.mjs';

/** `POISON_WIDTH` of the photos. */
const WIDTH = 48;
/** Where a PNG says how wide it is. */
const WIDTH_AT = 16;

/** Loaded before a worker: it dies of SIGKILL, as by a fault in a native decoder, over a photo of that width. */
await wrapMethod(
  { module: 'libs/comfyui/src/comfy-client.js', owner: 'ComfyClient', method: 'upload' },
  (call, _self, args) => {
    if (args[0].readUInt32BE(WIDTH_AT) === WIDTH) process.kill(process.pid, 'SIGKILL');
    return call(...args);
  },
);
