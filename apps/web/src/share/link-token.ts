/** The token of an album's link as the API makes it, `/#link=<token>`; null where the address is none. */
export function readLinkToken(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('link');
  return hash.startsWith('#link=') && token ? token : null;
}
