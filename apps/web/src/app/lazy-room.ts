import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { loadChunk } from './load-chunk.js';

const restOfStyles = () => import('./mantine.css');

/** A room that is loaded when somebody first goes there, and with it the styles that the first page does not need. */
export function lazyRoom(load: () => Promise<ComponentType>): LazyExoticComponent<ComponentType> {
  return lazy(async () => {
    const [room] = await loadChunk(() => Promise.all([load(), restOfStyles()]));
    return { default: room };
  });
}

/** Fetches those styles while nobody waits for them; a room that needs them fetches them anyhow. */
export function fetchRestOfStyles(): void {
  restOfStyles().catch((error: unknown) => console.info('The rest of the styles comes later.', error));
}
