import { useEffect, useEffectEvent } from 'react';
import type { Photo } from '../photo/photo.js';
import type { GalleryTools } from './use-gallery-tools.js';

/** Where the keys belong to what is written or asked there. */
const NOT_OURS =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=dialog]';
/** While one of these is open, Escape closes it. */
const OPEN_ABOVE = '[role=dialog], [role=menu]';

/**
 * Ctrl or Cmd with A chooses all photos that are shown: in the gallery (the element with `data-gallery`), and anywhere
 * on the page while photos are being chosen. Escape ends choosing.
 */
export function useSelectionKeys(shown: readonly Photo[], { selection }: GalleryTools): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented) return;
    if (event.key === 'Escape' && selection.isOn && document.querySelector(OPEN_ABOVE) === null) {
      selection.setOn(false);
    }
    const isSelectAll = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'a';
    if (!isSelectAll || target.closest(NOT_OURS) !== null) return;
    if (!selection.isOn && target.closest('[data-gallery]') === null) return;
    event.preventDefault();
    selection.selectAll(shown.map(({ key }) => key));
  });
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
