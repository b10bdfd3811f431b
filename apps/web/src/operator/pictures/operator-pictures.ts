import { useCallback, useSyncExternalStore } from 'react';
import { SmallPictureStore } from '../../photo/small-picture-store.js';
import { askBlob } from '../api/ask.js';

/** A list shows fifty to a page; beyond that they are fetched again, and their addresses are given back. */
const MOST_KEPT = 300;

const pictures = new SmallPictureStore(async ({ url, key }) => {
  const src = URL.createObjectURL(await askBlob(url));
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(src);
    throw error;
  }
  return { key, src, width: image.naturalWidth, height: image.naturalHeight };
}, MOST_KEPT);

/** A small picture that needs the key. `src` is null until it is here, and where there is none. */
export function useOperatorPicture(url: string): { readonly src: string | null; readonly isNone: boolean } {
  const subscribe = useCallback((listener: () => void) => pictures.want({ key: url, url }, listener), [url]);
  const picture = useSyncExternalStore(subscribe, () => pictures.peek(url));
  const isNone = picture === 'none';
  return { src: isNone ? null : (picture?.src ?? null), isNone };
}
