/**
 * The nonce under which the Content-Security-Policy of this page lets style elements in. Mantine writes a few of its own;
 * without the API in front (`npx vite`), there is no policy and none is needed.
 */
export function styleNonce(): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? '';
  return nonce.startsWith('%') ? '' : nonce;
}
