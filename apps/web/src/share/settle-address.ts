import { readLinkToken } from './link-token.js';

/**
 * The address of a shared album has to be in shape before the router, which is made when its module is loaded, reads it;
 * so this module comes first in `main.tsx`. A link may also be put into a window in which the page is open.
 */
function settleAddress(): void {
  const token = readLinkToken(location.hash);
  if (token !== null) location.replace(`#/open/${encodeURIComponent(token)}`);
}

settleAddress();
window.addEventListener('hashchange', settleAddress);
