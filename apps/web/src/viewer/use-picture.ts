import { queryOptions, skipToken, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSmallPicture } from '../photo/small-picture.js';
import type { PictureSource } from './picture-source.js';

/** A big picture is forgotten half a minute after it was last looked at: a phone has not much memory. */
const KEPT_MS = 30_000;
const LET_GO_MS = 10_000;

/**
 * The bytes of a picture. The API forbids browsers to keep pictures, so that none outlives its link; the page holds the
 * ones around what is looked at itself.
 */
function pictureQuery(source: PictureSource | null) {
  return queryOptions({
    queryKey: ['picture', source?.url, source?.sha256],
    queryFn:
      source === null
        ? skipToken
        : async ({ signal }): Promise<Blob> => {
            const answer = await fetch(source.url, { signal });
            if (!answer.ok) throw new Error(`${source.url} answered ${answer.status}`);
            return answer.blob();
          },
    staleTime: Infinity,
    gcTime: KEPT_MS,
    retry: 1,
    // A photo service in the same house answers without the internet too.
    networkMode: 'always',
  });
}

export interface PictureState {
  /** A `blob:` URL of the small picture; null until it is here. */
  readonly smallSrc: string | null;
  /** The same of the big picture, decoded already. */
  readonly src: string | null;
  /** It did not come, or this browser cannot show it. */
  readonly isBroken: boolean;
  readonly again: () => void;
}

/** The big picture of `source`, or nothing while there is none. */
export function usePicture(source: PictureSource | null): PictureState {
  const { data: blob, isError, refetch } = useQuery(pictureQuery(source));
  const small = useSmallPicture(source?.small ?? null);
  const [shown, setShown] = useState<{ of: Blob; src: string | null } | null>(null);
  useEffect(() => {
    if (blob === undefined) return;
    const url = URL.createObjectURL(blob);
    let isWanted = true;
    const picture = new Image();
    picture.src = url;
    picture.decode().then(
      () => isWanted && setShown({ of: blob, src: url }),
      () => isWanted && setShown({ of: blob, src: null }),
    );
    return () => {
      isWanted = false;
      // An <img> that is still on its way to the bytes would complain of an address that is gone.
      setTimeout(() => URL.revokeObjectURL(url), LET_GO_MS);
      setShown(null);
    };
  }, [blob]);
  return {
    smallSrc: small?.src ?? null,
    src: shown?.src ?? null,
    isBroken: isError || (shown !== null && shown.src === null),
    again: () => void refetch(),
  };
}

/** Loads pictures ahead of the time when they are looked at, and keeps them that long. */
export function usePicturesAhead(sources: readonly PictureSource[]): void {
  useQueries({ queries: sources.map((source) => ({ ...pictureQuery(source), retry: false })) });
}
