import { createHash, randomBytes } from 'node:crypto';

const PREFIX = { visitor: 'prv_', key: 'prk_', link: 'prl_' } as const;
/** What a token stands for. */
export type TokenKind = keyof typeof PREFIX;

/** 256 bits: no guessing, and no need of a salt or a slow hash. */
const TOKEN_BYTES = 32;
/** What follows the prefix: ours have 43 characters; an operator may choose another length for a key. */
const SECRET = /^[\w-]{20,200}$/;

/** A new secret. It is given away once and kept as its hash only. */
export function newToken(kind: TokenKind): string {
  return PREFIX[kind] + randomBytes(TOKEN_BYTES).toString('base64url');
}

/**
 * Lowercase hex SHA-256, under which a token is looked up: how long the look-up takes says nothing about how much of a
 * guess was right.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** What a text would stand for if it were one of our tokens; undefined where it cannot be one. */
export function tokenKind(text: string): TokenKind | undefined {
  const kinds = Object.keys(PREFIX) as TokenKind[];
  return kinds.find((kind) => text.startsWith(PREFIX[kind]) && SECRET.test(text.slice(PREFIX[kind].length)));
}
