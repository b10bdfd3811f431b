import { useWindowEvent } from '@mantine/hooks';
import type { ZoomControl } from './use-zoom.js';
import { FIT, moveBy, zoomBy, type Point } from './zoom.js';

/** How much nearer a press of + comes. */
export const ZOOM_STEP = 1.5;
const MOVE_PX = 80;
const MIDDLE: Point = { x: 0, y: 0 };

/** Where the keys mean something else: fields, the slider, menus, dialogs. */
const OWN_KEYS = 'input, textarea, select, [role=dialog], [role=menu], [role=listbox], [contenteditable]';

const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: MOVE_PX, y: 0 },
  ArrowRight: { x: -MOVE_PX, y: 0 },
  ArrowUp: { x: 0, y: MOVE_PX },
  ArrowDown: { x: 0, y: -MOVE_PX },
};

/**
 * Keys of the whole page: arrows move a photo that is larger than its pane, else go to the photo before and after; + - 0
 * zoom; Escape shows the whole photo, and then leaves.
 */
export function useStageKeys(control: ZoomControl, onStep: (by: 1 | -1) => void, onLeave: () => void): void {
  useWindowEvent('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    const isSlider = target instanceof HTMLInputElement && target.type === 'range';
    if (target?.closest(OWN_KEYS) && !isSlider) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      if (isSlider) return;
      if (control.isZoomed) control.change((zoom, frame) => moveBy(zoom, arrow, frame));
      else if (arrow.x !== 0) onStep(arrow.x < 0 ? 1 : -1);
      else return;
    } else if (event.key === '+' || event.key === '=') {
      control.change((zoom, frame) => zoomBy(zoom, ZOOM_STEP, MIDDLE, frame));
    } else if (event.key === '-') {
      control.change((zoom, frame) => zoomBy(zoom, 1 / ZOOM_STEP, MIDDLE, frame));
    } else if (event.key === '0') {
      control.change(() => FIT);
    } else if (event.key === 'Escape') {
      if (control.isZoomed) control.change(() => FIT);
      else onLeave();
    } else return;
    event.preventDefault();
  });
}
