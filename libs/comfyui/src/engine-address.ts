/**
 * How an engine is called wherever people or other programs see it: its base URL without the credentials it may carry, and
 * without a slash at its end. @throws TypeError for what is no URL.
 */
export function engineAddress(url: URL | string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/$/, '');
}
