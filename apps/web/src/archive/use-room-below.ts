import { useEffect, useRef, type RefObject } from 'react';

/** Keeps what has the focus from being scrolled below a bar at the bottom of the window: room as high as the bar. */
export function useRoomBelow(): RefObject<HTMLElement | null> {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    const { style } = document.documentElement;
    const before = style.scrollPaddingBottom;
    const watch = new ResizeObserver(() => {
      style.scrollPaddingBottom = `${bar.current?.offsetHeight ?? 0}px`;
    });
    watch.observe(bar.current!);
    return () => {
      watch.disconnect();
      style.scrollPaddingBottom = before;
    };
  }, []);
  return bar;
}
