/**
 * The room of an address. An album is one room from the first photo added (`/new`) on, and its photos are one room, so
 * that going from photo to photo leaves the focus on what is pressed again and again.
 */
export function roomOf(pathname: string): string {
  const [first = '', , third] = pathname.split('/').slice(1);
  if (first === 'new') return 'albums';
  return third === undefined ? first : `${first}/${third}`;
}
