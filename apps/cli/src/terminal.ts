/** A line for the person at the terminal. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** A line about something that went wrong. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Seconds with one decimal, for lines like "Ready after 11.2 s". */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
