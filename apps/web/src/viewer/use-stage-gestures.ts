import { useGesture } from '@use-gesture/react';
import { useRef, useState, type RefObject } from 'react';
import type { ZoomControl } from './use-zoom.js';
import { moveBy, zoomBy, zoomOrFit, type Point, type Zoom } from './zoom.js';

/** Two taps are one double tap within this time and distance. */
const DOUBLE_TAP_MS = 320;
const DOUBLE_TAP_PX = 30;
/** A finger that went this far across, or threw the picture, wants the next photo. */
const STEP_PX = 90;
/** How much nearer a notch of a mouse wheel (100) comes: about a fifth. */
const WHEEL_SPEED = 0.0018;

/** What a finger or the pointer does once it moves; decided when it goes down. */
type Hold = 'divide' | 'move' | 'swipe';

export interface StageGestures {
  readonly control: ZoomControl;
  /** Whether dragging the picture itself moves the divider (while it is seen whole). */
  readonly hasDivider: boolean;
  /** Whether a wheel over a picture that is seen whole comes nearer, or scrolls the page as everywhere. */
  readonly wheelZooms: boolean;
  /** The divider is taken to this place, in CSS pixels from the left edge of the stage. */
  readonly onDivide: (x: number) => void;
  readonly onStep: (by: 1 | -1) => void;
}

/** Fingers, pointer and wheel on the stage. Answers how far a finger has pushed the picture aside, in CSS pixels. */
export function useStageGestures(stage: RefObject<HTMLElement | null>, gestures: StageGestures): number {
  const { control, hasDivider, wheelZooms, onDivide, onStep } = gestures;
  const [pushedPx, setPushedPx] = useState(0);
  const lastTap = useRef({ at: 0, x: 0, y: 0 });

  function tap(x: number, y: number, at: number): void {
    const { at: before, x: oldX, y: oldY } = lastTap.current;
    const isSecond = at - before < DOUBLE_TAP_MS && Math.hypot(x - oldX, y - oldY) < DOUBLE_TAP_PX;
    // A third tap begins anew.
    lastTap.current = { at: isSecond ? 0 : at, x, y };
    if (isSecond) control.change((zoom, frame) => zoomOrFit(zoom, pointIn(stage.current!, x, y), frame));
  }

  useGesture(
    {
      onDrag: (state) => {
        const [x, y] = state.xy;
        if (state.pinching) return state.cancel();
        if (state.tap) return tap(x, y, state.timeStamp);
        const hold = (state.memo as Hold | undefined) ?? holdOf(state.event, control.isZoomed, hasDivider);
        if (state.first) control.setInHand(true);
        if (state.last) control.setInHand(false);
        if (hold === 'divide') onDivide(x - stage.current!.getBoundingClientRect().left);
        if (hold === 'move') {
          const [dx, dy] = state.delta;
          control.change((zoom, frame) => moveBy(zoom, { x: dx, y: dy }, frame));
        }
        if (hold === 'swipe') {
          const [pushed] = state.movement;
          setPushedPx(state.last ? 0 : pushed);
          const wantsStep = state.swipe[0] !== 0 || Math.abs(pushed) > STEP_PX;
          if (state.last && wantsStep && !state.canceled) onStep(pushed < 0 ? 1 : -1);
        }
        return hold;
      },
      onPinch: (state) => {
        const [x, y] = state.origin;
        const at = pointIn(stage.current!, x, y);
        if (state.first || state.memo === undefined) {
          control.setInHand(true);
          return { zoom: control.zoom, at };
        }
        const begun = state.memo as { zoom: Zoom; at: Point };
        const by = { x: at.x - begun.at.x, y: at.y - begun.at.y };
        const [factor] = state.movement;
        control.change((_, frame) => moveBy(zoomBy(begun.zoom, factor, begun.at, frame), by, frame));
        if (state.last) control.setInHand(false);
        return begun;
      },
      onWheel: ({ event, last, ctrlKey, delta: [, down] }) => {
        if (last) return control.setInHand(false);
        // A pinch on a touchpad comes as a wheel with Ctrl, and is dealt with above.
        if (ctrlKey || !(control.isZoomed || wheelZooms)) return;
        event.preventDefault();
        control.setInHand(true);
        const at = pointIn(stage.current!, event.clientX, event.clientY);
        control.change((zoom, frame) => zoomBy(zoom, Math.exp(-down * WHEEL_SPEED), at, frame));
      },
    },
    {
      target: stage,
      eventOptions: { passive: false },
      drag: { filterTaps: true, pointer: { keys: false }, swipe: { distance: 40, duration: 400 } },
      pinch: { pointer: { touch: true }, preventDefault: true },
    },
  );
  return pushedPx;
}

function holdOf(event: Event, isZoomed: boolean, hasDivider: boolean): Hold {
  const isOnDivider = event.target instanceof Element && event.target.closest('[data-divider]') !== null;
  if (isOnDivider) return 'divide';
  if (isZoomed) return 'move';
  const isFinger = 'pointerType' in event && event.pointerType === 'touch';
  return hasDivider && !isFinger ? 'divide' : 'swipe';
}

/** From the middle of the pane that is under it. */
function pointIn(stage: HTMLElement, x: number, y: number): Point {
  const boxes = [...stage.querySelectorAll('[data-pane]')].map((pane) => pane.getBoundingClientRect());
  const under = boxes.find((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
  const { left, top, width, height } = under ?? boxes[0]!;
  return { x: x - left - width / 2, y: y - top - height / 2 };
}
