const LOOK_AGAIN_MS = 3000;
/** A page that has been loaded again for a missing part does not do so once more within this time. */
const ONCE_MS = 60_000;
const RELOADED_KEY = 'photo-repair.reloaded';

/**
 * Loads a part of the page. Where it does not come, the part is waited for until the server answers again. A server that
 * answers but has no such part has another release of the page than the one that is open: the page is loaded again,
 * once. Photos that wait to be sent survive that.
 */
export async function loadChunk<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    while (!(await answers())) await pause();
    // Where a browser remembers that a part did not come, only a page loaded again gets it.
    return await load().catch(reloadOnce);
  }
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch(location.pathname, { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, LOOK_AGAIN_MS);
    window.addEventListener('online', done);
    function done() {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    }
  });
}

function reloadOnce(error: unknown): Promise<never> {
  if (Date.now() - lastReload() < ONCE_MS) throw error;
  try {
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  } catch {
    // Without a memory it might go on for ever.
    throw error;
  }
  location.reload();
  return new Promise<never>(() => {});
}

function lastReload(): number {
  try {
    return Number(sessionStorage.getItem(RELOADED_KEY));
  } catch {
    return 0;
  }
}
