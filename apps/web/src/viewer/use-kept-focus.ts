import { useEffect, useRef, type RefObject } from 'react';

/**
 * Keeps the keyboard where it was when what it was on goes away with a change (the button "Stop" of a photo that is
 * done): then the focus goes to `instead`. A focus elsewhere is left alone.
 */
export function useKeptFocus(
  inside: RefObject<HTMLElement | null>,
  instead: RefObject<HTMLElement | null>,
): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const remember = (event: FocusEvent) => {
      last.current = event.target instanceof Element ? event.target : null;
    };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  useEffect(() => {
    const isLost = document.activeElement === document.body && last.current?.isConnected === false;
    if (isLost && inside.current !== null) instead.current?.focus({ preventScroll: true });
  });
}
