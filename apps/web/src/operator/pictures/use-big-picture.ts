import { skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { askBlob } from '../api/ask.js';

const LET_GO_MS = 10_000;

export interface BigPicture {
  /** A `blob:` URL, decoded already; null until it is here. */
  readonly src: string | null;
  readonly isBroken: boolean;
}

/** A whole picture that needs the key. Its address is given back when it is not looked at any more. */
export function useBigPicture(url: string | null, sha256: string | undefined): BigPicture {
  const { data: blob, isError } = useQuery({
    queryKey: ['operator', 'picture', url, sha256],
    queryFn: url === null ? skipToken : ({ signal }) => askBlob(url, signal),
    staleTime: Infinity,
    gcTime: LET_GO_MS,
    retry: 1,
    networkMode: 'always',
  });
  const [shown, setShown] = useState<{ of: Blob; src: string | null } | null>(null);
  useEffect(() => {
    if (blob === undefined) return;
    const src = URL.createObjectURL(blob);
    let isWanted = true;
    const image = new Image();
    image.src = src;
    image.decode().then(
      () => isWanted && setShown({ of: blob, src }),
      () => isWanted && setShown({ of: blob, src: null }),
    );
    return () => {
      isWanted = false;
      setShown(null);
      // An <img> that is still on its way to the bytes would complain of an address that is gone.
      setTimeout(() => URL.revokeObjectURL(src), LET_GO_MS);
    };
  }, [blob]);
  return { src: shown?.src ?? null, isBroken: isError || (shown !== null && shown.src === null) };
}
