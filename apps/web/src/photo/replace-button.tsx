import { useRef } from 'react';
import { uploadCenter } from '../uploads/upload-center.js';
import type { Photo } from './photo.js';

interface ReplaceButtonProps {
  readonly photo: Photo;
  readonly className: string | undefined;
  readonly children: string;
}

/** Puts another file in the place of one that cannot be sent. */
export function ReplaceButton({ photo, className, children }: ReplaceButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={`${children}: ${photo.name}`}
        onClick={() => input.current?.click()}
      >
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        // JPEG first: iPhones then hand over a JPEG instead of HEIC.
        accept="image/jpeg,image/png,image/bmp,.bmp"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) uploadCenter.replace(photo.key, file);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
