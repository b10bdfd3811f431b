/** Lays out addresses for the terminal, names in a column. */
export function addressLines(addresses: readonly { name: string; url: string; note?: string }[]): string[] {
  const width = Math.max(...addresses.map(({ name }) => name.length));
  return addresses.map(
    ({ name, url, note }) => `  ${name.padEnd(width)}  ${url}${note ? `  (${note})` : ''}`,
  );
}
