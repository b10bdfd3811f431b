import { useCallback, useEffect, useRef, type RefObject } from 'react';

/** A card in a gallery, by its photo's key and its place. */
interface FocusedCard {
  readonly key: string;
  readonly place: number;
}

/**
 * The focus in a gallery that shows only what is in sight. A card may have to be scrolled to before it is there to take
 * it; where the card that had it is gone (its photo was erased), the one that came into its place gets it.
 */
export function useCardFocus(gallery: RefObject<HTMLElement | null>, keys: readonly string[]) {
  const wanted = useRef<string | null>(null);
  const last = useRef<FocusedCard | null>(null);

  const focusWanted = useCallback(() => {
    if (wanted.current === null) return;
    const card = gallery.current?.querySelector(`[data-key="${CSS.escape(wanted.current)}"]`);
    const target = card?.querySelector<HTMLElement>('[data-card], button');
    if (!target) return;
    wanted.current = null;
    target.focus({ preventScroll: true });
  }, [gallery]);

  // Scrolling shows other cards, and a photo that is erased leaves its place to the next one.
  useEffect(() => {
    const { current: lost } = last;
    if (lost !== null && document.activeElement === document.body && !keys.includes(lost.key)) {
      last.current = null;
      wanted.current = keys[Math.min(lost.place, keys.length - 1)] ?? null;
    }
    focusWanted();
  });

  return {
    /** Focuses the card of that photo, as soon as it is there. */
    focus: useCallback(
      (key: string) => {
        wanted.current = key;
        focusWanted();
      },
      [focusWanted],
    ),
    /** The card that has the focus, or had it last. */
    last,
    noticeFocus: (target: EventTarget): void => {
      const key = (target as Element).closest<HTMLElement>('[data-key]')?.dataset['key'];
      if (key !== undefined) last.current = { key, place: keys.indexOf(key) };
    },
  };
}
