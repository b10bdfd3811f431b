import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { GalleryTools } from '../archive/use-gallery-tools.js';
import { PhotoCard } from '../photo/photo-card.js';
import type { Photo } from '../photo/photo.js';
import { layoutFor, placeAfterKey } from './gallery-layout.js';
import { forgetPlace, leaveFor, placeIn } from './gallery-place.js';
import classes from './gallery.module.css';
import { steadyPhotos } from './steady-photos.js';
import { useCardFocus } from './use-card-focus.js';
import { useSpread } from './use-spread.js';

interface GalleryProps {
  readonly albumId: string | null;
  /** Those that are shown. */
  readonly photos: readonly Photo[];
  readonly tools: GalleryTools;
}

/** Rows outside the window that are there already when somebody scrolls. */
const ROWS_AHEAD = 2;

/** The photos of an album in columns, as many as fit. Only the rows in sight are there. */
export function Gallery({ albumId, photos, tools: { selection } }: GalleryProps) {
  const { t } = useTranslation('album');
  const list = useRef<HTMLDivElement>(null);
  const { width, top } = useSpread(list);
  const { columns, gap, tile, rowHeight } = layoutFor(width, photos.length);
  const keys = photos.map(({ key }) => key);
  const { focus, last, noticeFocus } = useCardFocus(list, keys);

  // oxlint-disable-next-line react/incompatible-library -- nothing is memoised by what it answers
  const rows = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(photos.length / columns),
    estimateSize: () => rowHeight,
    overscan: ROWS_AHEAD,
    scrollMargin: top,
    scrollPaddingStart: gap,
    scrollPaddingEnd: gap * 5,
    // The row with the focus stays, wherever somebody scrolls.
    rangeExtractor: (range) => withRow(range, Math.floor((last.current?.place ?? 0) / columns)),
  });
  useLayoutEffect(() => rows.measure(), [rows, rowHeight]);
  useWayBack({
    albumId,
    keys,
    isLaidOut: width > 0,
    placeOf: (place) => top + Math.floor(place / columns) * rowHeight,
    focus,
  });

  const latest = useRef({ selection, keys });
  useEffect(() => {
    latest.current = { selection, keys };
  });
  const toggle = useCallback((key: string, range: boolean) => {
    const { selection: current, keys: order } = latest.current;
    current.toggle(key, { range, order });
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const from = event.target as Element;
    if (event.altKey || event.ctrlKey || event.metaKey || !list.current?.contains(from)) return;
    const key = from.closest<HTMLElement>('[data-key]')?.dataset['key'];
    if (key === undefined) return;
    const to = placeAfterKey(event.key, keys.indexOf(key), columns, keys.length);
    if (to === null) return;
    event.preventDefault();
    rows.scrollToIndex(Math.floor(to / columns), { align: 'auto' });
    focus(keys[to]!);
    if (selection.isOn && event.shiftKey) toggle(keys[to]!, true);
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- for the links and buttons inside
    <div
      ref={list}
      role="list"
      aria-label={t('gallery')}
      className={classes.list}
      style={
        { height: rows.getTotalSize(), '--tile': `${tile}px`, '--gap': `${gap}px` } as React.CSSProperties
      }
      onKeyDown={onKeyDown}
      onFocus={({ target }) => noticeFocus(target)}
      // Also of a card's menu, which is elsewhere in the document.
      onClickCapture={({ target }) => {
        const taskId = (target as Element).closest<HTMLElement>('a[data-card]')?.dataset['card'];
        const card = taskId && list.current?.querySelector(`[data-key="${CSS.escape(taskId)}"]`);
        if (albumId !== null && card) leaveFor(albumId, { taskId, top: card.getBoundingClientRect().top });
      }}
    >
      {rows.getVirtualItems().map((row) => (
        <div
          key={row.key}
          role="presentation"
          className={classes.row}
          style={{ transform: `translateY(${row.start - top}px)` }}
        >
          {photos.slice(row.index * columns, (row.index + 1) * columns).map((photo, column) => (
            <div key={steadyPhotos.nameOf(photo)} role="presentation" data-key={photo.key}>
              <PhotoCard
                albumId={albumId}
                photo={photo}
                place={row.index * columns + column + 1}
                total={photos.length}
                isSelecting={selection.isOn}
                isSelected={selection.keys.has(photo.key)}
                onToggle={toggle}
              />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function withRow(range: Range, row: number): number[] {
  const rows = defaultRangeExtractor(range);
  if (row >= range.count || rows.includes(row)) return rows;
  return [...rows, row].toSorted((a, b) => a - b);
}

interface WayBack {
  albumId: string | null;
  keys: readonly string[];
  isLaidOut: boolean;
  /** From the top of the document. */
  placeOf: (place: number) => number;
  focus: (key: string) => void;
}

/** Whoever comes back from a photo finds it where it was, with the focus on it. */
function useWayBack({ albumId, keys, isLaidOut, placeOf, focus }: WayBack): void {
  const [back] = useState(() => (albumId === null ? null : placeIn(albumId)));
  const isBack = useRef(back === null);
  useEffect(() => {
    if (isBack.current || back === null || albumId === null || !isLaidOut || keys.length === 0) return;
    isBack.current = true;
    forgetPlace(albumId);
    const place = keys.indexOf(back.taskId);
    if (place === -1) return;
    window.scrollTo(0, Math.max(0, placeOf(place) - back.top));
    focus(back.taskId);
  });
}
