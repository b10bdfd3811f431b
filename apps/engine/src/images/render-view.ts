import { loadSharp } from './sharp.js';

/** A rendered picture, ready to be sent. */
export interface RenderedView {
  mediaType: string;
  data: Buffer;
}

/** ComfyUI's quality where the request names none. */
const DEFAULT_QUALITY = 90;

/** `webp;75` or `jpeg`: any other format gives WebP, any other quality 90 (ComfyUI v0.27.1). */
export async function renderPreview(path: string, request: string): Promise<RenderedView> {
  const [format, quality] = request.split(';');
  const wanted = Number(quality);
  const options = {
    quality: Number.isInteger(wanted) && wanted >= 1 && wanted <= 100 ? wanted : DEFAULT_QUALITY,
  };
  const picture = (await loadSharp())(path);
  if (format === 'jpeg') return { mediaType: 'image/jpeg', data: await picture.jpeg(options).toBuffer() };
  return { mediaType: 'image/webp', data: await picture.webp(options).toBuffer() };
}

/** `rgb`: the picture without its transparency. `a`: only its transparency, on black. */
export async function renderChannel(path: string, channel: 'rgb' | 'a'): Promise<RenderedView> {
  const sharp = await loadSharp();
  const picture = sharp(path);
  if (channel === 'rgb')
    return { mediaType: 'image/png', data: await picture.removeAlpha().png().toBuffer() };
  const { data, info } = await picture
    .ensureAlpha()
    .extractChannel('alpha')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const black = sharp({
    create: { width: info.width, height: info.height, channels: 3, background: 'black' },
  });
  const alpha = { raw: { width: info.width, height: info.height, channels: 1 as const } };
  return { mediaType: 'image/png', data: await black.joinChannel(data, alpha).png().toBuffer() };
}
