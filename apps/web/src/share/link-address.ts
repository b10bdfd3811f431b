/**
 * The whole address of a link. The API knows its path only, and not under which path of a reverse proxy this page is.
 *
 * @param url `/#link=<token>`, as the API has made it.
 */
export function linkAddress(
  url: string,
  { origin, pathname }: Pick<Location, 'origin' | 'pathname'>,
): string {
  return origin + pathname.replace(/\/(index\.html)?$/, '') + url;
}
