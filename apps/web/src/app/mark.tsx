/** An old print, half of it in colour: the page's sign, the same file as in the browser's tab. */
export function Mark() {
  return <img src="./favicon.svg" alt="" width={32} height={32} />;
}
