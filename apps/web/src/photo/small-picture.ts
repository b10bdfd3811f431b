import type { TaskView } from '@app/contracts';
import { useCallback, useSyncExternalStore } from 'react';
import { SmallPictureStore, type SmallPicture, type SmallPictureSource } from './small-picture-store.js';

export type { SmallPicture, SmallPictureSource } from './small-picture-store.js';

const smallPictures = new SmallPictureStore();
const nothingToWantFor = () => () => undefined;

/** The photo as it was added. */
export function smallOriginalOf({ urls, input }: TaskView): SmallPictureSource {
  return { url: urls.thumbnail, key: `original ${input.sha256} ${urls.thumbnail}` };
}

/** What became of it; null until it is done. */
export function smallResultOf({ urls, output }: TaskView): SmallPictureSource | null {
  if (output === null) return null;
  return { url: `${urls.thumbnail}?of=result`, key: `result ${output.sha256} ${urls.thumbnail}` };
}

/** The picture to know the photo by: in colour as soon as it is. */
export function smallPictureOf(task: TaskView): SmallPictureSource {
  return smallResultOf(task) ?? smallOriginalOf(task);
}

/**
 * A small picture that may be shown at once; null until it is here. `otherwise`: what is shown where there is none, because it
 * could not be made smaller or is gone.
 */
export function useSmallPicture(
  source: SmallPictureSource | null,
  otherwise: SmallPictureSource | null = null,
): SmallPicture | null {
  const first = usePeek(source);
  const second = usePeek(first === 'none' ? otherwise : null);
  const picture = first === 'none' ? second : first;
  return picture === 'none' ? null : picture;
}

function usePeek(source: SmallPictureSource | null): SmallPicture | 'none' | null {
  const { key = null, url = '' } = source ?? {};
  const subscribe = useCallback(
    (listener: () => void) =>
      key === null ? nothingToWantFor() : smallPictures.want({ key, url }, listener),
    [key, url],
  );
  return useSyncExternalStore(subscribe, () => (key === null ? null : smallPictures.peek(key)));
}
