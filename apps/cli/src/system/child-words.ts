import { StringDecoder } from 'node:string_decoder';

/** What a child's line is worth to the person at the terminal. */
export interface ChildWord {
  severity: 'warning' | 'error';
  text: string;
}

/**
 * Reads one line that a child wrote: JSON of its logger (only warnings and worse are for the terminal), or plain
 * text, which on standard error is a complaint and on standard output is nothing.
 */
export function readChildLine(line: string, from: 'stdout' | 'stderr'): ChildWord | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  const entry = text.startsWith('{') ? parse(text) : undefined;
  if (!entry) return from === 'stderr' ? { severity: 'error', text } : undefined;
  if (entry.level !== 'warn' && entry.level !== 'error' && entry.level !== 'fatal') return undefined;
  const reason = typeof entry.err?.message === 'string' ? ` (${entry.err.message})` : '';
  return {
    severity: entry.level === 'warn' ? 'warning' : 'error',
    text: `${typeof entry.msg === 'string' ? entry.msg : 'no message'}${reason}`,
  };
}

function parse(
  text: string,
): { level?: unknown; msg?: unknown; err?: { message?: unknown } | null } | undefined {
  try {
    return JSON.parse(text) as { level?: unknown; msg?: unknown; err?: { message?: unknown } | null };
  } catch {
    return undefined; // a plain line that begins with a brace
  }
}

/** Splits a stream of chunks into lines; a line longer than 64 KiB is cut. */
export class LineSplitter {
  private rest = '';
  private readonly decoder = new StringDecoder('utf8');

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    const lines = (this.rest + this.decoder.write(chunk)).split('\n');
    this.rest = (lines.pop() ?? '').slice(0, 65_536);
    for (const line of lines) this.onLine(line);
  }
}

/** Lets the same sentence of the same child through at most once in `everyMs`: a broken link repeats itself. */
export class RepeatFilter {
  private readonly lastShown = new Map<string, number>();

  constructor(private readonly everyMs: number) {}

  mayShow(sentence: string, now = Date.now()): boolean {
    const last = this.lastShown.get(sentence);
    if (last !== undefined && now - last < this.everyMs) return false;
    if (this.lastShown.size > 500) this.lastShown.clear();
    this.lastShown.set(sentence, now);
    return true;
  }
}
