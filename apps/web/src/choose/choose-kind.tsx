import { lazy, Suspense } from 'react';
import { loadChunk } from '../app/load-chunk.js';
import { KindCards } from './kind-cards.js';
import classes from './kind-menu.module.css';

// The home page has the cards only, and no menus.
const KindMenu = lazy(async () => ({
  default: (await loadChunk(() => import('./kind-menu.js'))).KindMenu,
}));

interface ChooseKindProps {
  /** A small control for the album page. */
  readonly compact?: boolean;
}

/** What is to be made of the photos that are added next, by picture and plain words. */
export function ChooseKind({ compact = false }: ChooseKindProps) {
  if (!compact) return <KindCards />;
  return (
    <Suspense fallback={<div className={classes.coming} />}>
      <KindMenu />
    </Suspense>
  );
}
