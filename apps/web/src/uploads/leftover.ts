/** Files that systems put into folders of photos, and that nobody has chosen. */
const LEFTOVER = /^(\.|thumbs\.db$|desktop\.ini$|ehthumbs|__MACOSX$)/i;

export function isLeftover(name: string): boolean {
  return LEFTOVER.test(name);
}
