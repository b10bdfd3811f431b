import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { FIT, keepInside, type Frame, type Zoom } from './zoom.js';

export interface ZoomControl {
  readonly zoom: Zoom;
  /** While fingers or the pointer hold the picture it follows at once; else it glides. */
  readonly isInHand: boolean;
  readonly isZoomed: boolean;
  readonly change: (how: (zoom: Zoom, frame: Frame) => Zoom) => void;
  readonly setInHand: (isInHand: boolean) => void;
}

/** The zoom of both sides: there is one, so they cannot come apart. `frame` is null until the pane is measured. */
export function useZoom(frame: Frame | null): ZoomControl {
  const [asked, setAsked] = useState(FIT);
  const [isInHand, setInHand] = useState(false);
  const latestFrame = useRef(frame);
  useLayoutEffect(() => {
    latestFrame.current = frame;
  });
  // Windows get smaller and phones are turned: what was asked for may lie outside by then.
  const zoom = frame === null ? FIT : keepInside(asked, frame);
  const change = useCallback((how: (zoom: Zoom, frame: Frame) => Zoom) => {
    setAsked((before) => {
      const current = latestFrame.current;
      return current === null ? before : how(keepInside(before, current), current);
    });
  }, []);
  return { zoom, isInHand, isZoomed: zoom.scale > 1, change, setInHand };
}
