import { Button, Text } from '@mantine/core';
import { useElementSize, useReducedMotion } from '@mantine/hooks';
import { useEffect, useRef, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Divider, HALF } from './divider.js';
import type { PictureSource } from './picture-source.js';
import { Picture } from './picture.js';
import { StageBar, type Look } from './stage-bar.js';
import classes from './stage.module.css';
import { usePicture, usePicturesAhead } from './use-picture.js';
import { useStageGestures } from './use-stage-gestures.js';
import { useStageKeys } from './use-stage-keys.js';
import { useZoom } from './use-zoom.js';
import { fitInto, seenPart, type Frame, type Seen, type Size, type Zoom } from './zoom.js';

interface StageProps {
  readonly name: string;
  readonly before: PictureSource;
  /** Null until the photo is done. */
  readonly after: PictureSource | null;
  /** What is probably looked at next; loaded once these are here. */
  readonly ahead: readonly PictureSource[];
  /** Of the pictures, in pixels. */
  readonly size: Size;
  readonly wheelZooms: boolean;
  readonly onStep: (by: 1 | -1) => void;
  readonly onLeave: () => void;
}

const NOTHING: Seen = { left: 0, right: 0, top: 0, bottom: 0 };
const ALL_BEFORE = 100;
const ALL_AFTER = 0;

/** The photo as large as there is room, on a dark mat, before and after on top of each other or side by side. */
export function Stage(props: StageProps) {
  const { name, before, after, ahead, size, wheelZooms, onStep, onLeave } = props;
  const { t } = useTranslation('viewer');
  const surface = useRef<HTMLDivElement>(null);
  const { ref: paneRef, width, height } = useElementSize<HTMLDivElement>();
  const frame: Frame | null =
    width > 0 && height > 0 ? { pane: { width, height }, picture: size, pixelRatio: devicePixelRatio } : null;
  const control = useZoom(frame);
  const beforePicture = usePicture(before);
  const afterPicture = usePicture(after);
  const [isSideBySide, setSideBySide] = useState(false);
  const [value, setValue] = useState(after === null ? ALL_BEFORE : HALF);
  const isRevealing = useReveal(after !== null, afterPicture.src !== null, setValue);

  const hasDivider = after !== null && !isSideBySide;
  const seen = frame === null ? NOTHING : seenPart(control.zoom, frame);
  const dividerPx = seen.left + ((seen.right - seen.left) * value) / 100;
  const pushedPx = useStageGestures(surface, {
    control,
    hasDivider,
    wheelZooms,
    onDivide: (x) => setValue(Math.min(100, Math.max(0, (100 * (x - seen.left)) / (seen.right - seen.left)))),
    onStep,
  });
  useStageKeys(control, onStep, onLeave);

  function setLook(look: Look): void {
    setSideBySide(look === 'side');
    if (look === 'before') setValue(ALL_BEFORE);
    if (look === 'after') setValue(ALL_AFTER);
    if (look === 'both') setValue(HALF);
  }

  const isLoading = beforePicture.src === null || (after !== null && afterPicture.src === null);
  usePicturesAhead(isLoading ? [] : ahead);
  const broken = [beforePicture, afterPicture].filter(({ isBroken }) => isBroken);
  return (
    <div className={classes.stage} data-revealing={isRevealing || undefined}>
      <div
        ref={surface}
        className={classes.surface}
        data-side-by-side={(after !== null && isSideBySide) || undefined}
        data-zoomed={control.isZoomed || undefined}
        data-in-hand={control.isInHand || undefined}
        data-divides={(hasDivider && !control.isZoomed) || undefined}
        style={frame === null ? undefined : zoomStyle(frame, control.zoom, seen, pushedPx)}
      >
        <div ref={paneRef} className={classes.pane} data-pane="before">
          {frame !== null && (
            <Picture state={beforePicture} alt={after === null ? name : t('picture_before', { name })} />
          )}
        </div>
        {after !== null && (
          <div
            className={classes.pane}
            data-pane="after"
            style={hasDivider ? { clipPath: `inset(0 0 0 ${dividerPx}px)` } : undefined}
          >
            {frame !== null && (
              <Picture
                state={{ ...afterPicture, smallSrc: afterPicture.smallSrc ?? beforePicture.smallSrc }}
                alt={t('picture_after', { name })}
              />
            )}
          </div>
        )}
        {after !== null && <SideLabel side="before" isHidden={hasDivider && value < 12} />}
        {after !== null && <SideLabel side="after" isHidden={hasDivider && value > 88} />}
        {hasDivider && (
          <Divider
            value={value}
            onChange={setValue}
            name={name}
            at={{ left: dividerPx, top: seen.top, height: seen.bottom - seen.top }}
          />
        )}
        {isLoading && broken.length === 0 && <span className={classes.loading}>{t('loading')}</span>}
      </div>
      {broken.length > 0 && (
        <div className={classes.broken} role="alert">
          <Text>{t('broken')}</Text>
          <Button variant="white" onClick={() => broken.forEach(({ again }) => again())}>
            {t('load_again')}
          </Button>
        </div>
      )}
      {frame !== null && (
        <StageBar
          look={isSideBySide ? 'side' : lookAt(value)}
          hasAfter={after !== null}
          onLook={setLook}
          control={control}
          frame={frame}
        />
      )}
    </div>
  );
}

function SideLabel({ side, isHidden }: { readonly side: 'before' | 'after'; readonly isHidden: boolean }) {
  const { t } = useTranslation('viewer');
  return (
    <span className={classes.label} data-side={side} data-hidden={isHidden || undefined} aria-hidden>
      {t(`look.${side}`)}
    </span>
  );
}

/** True for the moment in which a photo that becomes ready while it is looked at shows its colours. */
function useReveal(hasAfter: boolean, isLoaded: boolean, setValue: (value: number) => void): boolean {
  const isStill = useReducedMotion();
  const isWaiting = useRef(!hasAfter);
  const [isRevealing, setRevealing] = useState(false);
  useEffect(() => {
    if (!isWaiting.current || !isLoaded) return;
    isWaiting.current = false;
    setRevealing(!isStill);
    setValue(HALF);
    const timer = setTimeout(() => setRevealing(false), REVEAL_MS);
    return () => clearTimeout(timer);
  }, [isLoaded, isStill, setValue]);
  return isRevealing;
}

const REVEAL_MS = 1500;
/** A narrower picture has its labels in the corners of the mat. */
const ROOM_FOR_LABELS_PX = 260;

function lookAt(value: number): Look {
  if (value >= ALL_BEFORE) return 'before';
  if (value <= ALL_AFTER) return 'after';
  return 'both';
}

/** The one zoom that both sides read, and where the labels go. */
function zoomStyle(frame: Frame, { scale, x, y }: Zoom, seen: Seen, pushedPx: number): CSSProperties {
  const fitted = fitInto(frame);
  const areLabelsInside = seen.right - seen.left >= ROOM_FOR_LABELS_PX;
  return {
    '--fitted-width': `${fitted.width}px`,
    '--fitted-height': `${fitted.height}px`,
    '--scale': scale,
    '--x': `${x + pushedPx}px`,
    '--y': `${y}px`,
    '--beside': `${areLabelsInside ? seen.left : 0}px`,
    '--below': `${areLabelsInside ? frame.pane.height - seen.bottom : 0}px`,
  } as CSSProperties;
}
