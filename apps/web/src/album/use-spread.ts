import { useLayoutEffect, useState, type RefObject } from 'react';

/** Where an element lies on the page, in CSS pixels. */
export interface Spread {
  readonly width: number;
  /** From the top of the document. */
  readonly top: number;
}

/** So that a gallery that somebody comes back to has its height at once, and the window can scroll to where it was. */
let last: Spread = { width: 0, top: 0 };

/** Follows an element's width and its distance from the top of the document. */
export function useSpread(element: RefObject<HTMLElement | null>): Spread {
  const [spread, setSpread] = useState(last);
  useLayoutEffect(() => {
    const look = () => {
      if (element.current === null) return;
      const { width, top } = element.current.getBoundingClientRect();
      last = { width, top: Math.round(top + window.scrollY) };
      setSpread((before) => (before.width === last.width && before.top === last.top ? before : last));
    };
    look();
    // Whatever changes above it changes the height of the document.
    const watch = new ResizeObserver(look);
    watch.observe(document.body);
    if (element.current !== null) watch.observe(element.current);
    return () => watch.disconnect();
  }, [element]);
  return spread;
}
