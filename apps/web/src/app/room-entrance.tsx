import { Center, Loader } from '@mantine/core';
import { Suspense, useEffect, useRef, type PropsWithChildren } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { roomOf } from './room-of.js';

/** A room that has no heading by then is one that has none. */
const HEADING_TIMEOUT_MS = 5000;

/** Takes those who listen, or go by the keyboard, to the heading of the room that they have come into. */
export function RoomEntrance({ children }: PropsWithChildren) {
  const { t } = useTranslation('shell');
  const { pathname } = useLocation();
  const room = roomOf(pathname);
  const before = useRef(room);
  const inside = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (room === before.current) return;
    before.current = room;
    const place = inside.current;
    if (place === null || focusHeading(place)) return;
    const watch = new MutationObserver(() => focusHeading(place) && watch.disconnect());
    watch.observe(place, { childList: true, subtree: true });
    const timer = setTimeout(() => watch.disconnect(), HEADING_TIMEOUT_MS);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
    };
  }, [room]);

  return (
    <div ref={inside}>
      <Suspense
        fallback={
          <Center mih="50dvh">
            <Loader aria-label={t('one_moment')} />
          </Center>
        }
      >
        {children}
      </Suspense>
    </div>
  );
}

/** True when there is nothing left to do: the heading has the focus, or the room has put it somewhere itself. */
function focusHeading(place: HTMLElement): boolean {
  if (place.contains(document.activeElement)) return true;
  const heading = place.querySelector('h1');
  if (heading === null) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}
