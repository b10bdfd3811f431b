/** Calls when waiting makes no sense any more: the device is online again (or is not), or the page is looked at again. */
export function whenPageWakes(act: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  window.addEventListener('online', act, { signal });
  window.addEventListener('offline', act, { signal });
  document.addEventListener(
    'visibilitychange',
    () => void (document.visibilityState === 'visible' && act()),
    {
      signal,
    },
  );
  return () => listening.abort();
}
