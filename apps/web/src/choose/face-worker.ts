import { FaceFinder } from './face-finder.js';

const loading = FaceFinder.load();

/** The page sends one photo, and the next one after the answer. */
self.addEventListener('message', ({ data: photo }: MessageEvent<Blob>) => {
  loading
    .then((finder) => finder.look(photo))
    .then((sight) => self.postMessage(sight))
    .catch((error: unknown) =>
      // Thrown outside of a promise it reaches the page as the worker's `error`.
      setTimeout(() => {
        throw error;
      }),
    );
});
