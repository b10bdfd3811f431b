import { IconPhoto } from '@tabler/icons-react';
import classes from './kind-picture.module.css';

/** Made by `scripts/kind-pictures.mjs`. */
const PICTURED = ['auto', 'person', 'building', 'dust-scratches', 'upscale', 'person-upscale'];

/** What becomes of a photo of this kind, before and after; a plain sign for a type of the operator's own. */
export function KindPicture({ type }: { readonly type: string }) {
  const kind = type.replace(/@\d+$/, '');
  return (
    <span className={classes.picture} aria-hidden>
      {PICTURED.includes(kind) ? (
        <img src={`./kinds/${kind}.webp`} width={480} height={320} alt="" loading="lazy" decoding="async" />
      ) : (
        <IconPhoto stroke={1.25} />
      )}
    </span>
  );
}
