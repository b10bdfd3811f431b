/** A page in the background is not drawn, yet its title tells how far the photos are. */
const BACKGROUND_MS = 250;

/** Calls before the next picture is drawn: many messages at once cost one drawing. */
export function soon(act: () => void): void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    act();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, BACKGROUND_MS);
}
