/** Where pieces of uploads lie in the artifact store. */
export const UPLOADS_FOLDER = 'uploads/';

/** `uploads/<upload id>.<first byte>-<behind the last>.<when it came, epoch milliseconds>` */
const KEY = /^uploads\/[0-9a-f-]{36}\.(\d{1,15})-(\d{1,15})\.(\d{1,15})$/;

/** Bytes of an upload that came at once. */
export interface Piece {
  key: string;
  from: number;
  /** Behind its last byte. */
  to: number;
  /** Epoch milliseconds. */
  at: number;
}

/** Which pieces make up the beginning of an upload without a gap, and what of each has come before it. */
export interface Chain {
  steps: { key: string; skip: number }[];
  end: number;
}

export function pieceKey(id: string, from: number, to: number, at: number): string {
  return `${piecesPrefix(id)}${from}-${to}.${at}`;
}

export function piecesPrefix(id: string): string {
  return `${UPLOADS_FOLDER}${id}.`;
}

/** Undefined for what is none. */
export function pieceOf(key: string): Piece | undefined {
  const [, from, to, at] = KEY.exec(key) ?? [];
  return from === undefined ? undefined : { key, from: Number(from), to: Number(to), at: Number(at) };
}

/** Bytes that came twice are the same ones: the piece that leads on furthest is taken. */
export function chainOf(pieces: readonly Piece[]): Chain {
  const waiting = [...pieces].sort((a, b) => a.from - b.from);
  const chain: Chain = { steps: [], end: 0 };
  for (let next = 0; ;) {
    let best: Piece | undefined;
    for (; next < waiting.length && waiting[next]!.from <= chain.end; next++) {
      if (waiting[next]!.to > (best?.to ?? chain.end)) best = waiting[next];
    }
    if (best === undefined) return chain;
    chain.steps.push({ key: best.key, skip: chain.end - best.from });
    chain.end = best.to;
  }
}
