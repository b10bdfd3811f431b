import { useMediaQuery } from '@mantine/hooks';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type RefObject } from 'react';

/** In CSS pixels, as in `photo-table.module.css`; on phones a row has four lines. */
const ROW_HEIGHT = 64;
const ROW_HEIGHT_PHONE = 104;
const ROWS_AROUND = 10;

/** The rows of a long list that are near the window. */
export interface RowWindow {
  readonly container: RefObject<HTMLDivElement | null>;
  /** Of all rows. */
  readonly height: number;
  readonly items: readonly { index: number; top: number }[];
  /** The row with the focus stays drawn, however far it is scrolled away. */
  keep: (index: number) => void;
}

export function useRowWindow(count: number): RowWindow {
  const container = useRef<HTMLDivElement>(null);
  const isPhone = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  const rowHeight = isPhone ? ROW_HEIGHT_PHONE : ROW_HEIGHT;
  const [kept, setKept] = useState<number | null>(null);
  const scrollMargin = useTopOf(container);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: ROWS_AROUND,
    scrollMargin,
    rangeExtractor: (range) => {
      const near = defaultRangeExtractor(range);
      return kept === null || kept >= count || near.includes(kept) ? near : [...near, kept];
    },
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  return {
    container,
    height: virtual.getTotalSize(),
    items: virtual.getVirtualItems().map(({ index, start }) => ({ index, top: start - scrollMargin })),
    keep: setKept,
  };
}

/** How far from the top of the page an element is, also after something above it has grown. */
function useTopOf(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useEffect(() => {
    const measure = () => setTop(Math.round(element.current!.getBoundingClientRect().top + window.scrollY));
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    measure();
    return () => watch.disconnect();
  }, [element]);
  return top;
}
