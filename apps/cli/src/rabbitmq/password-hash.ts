import { createHash, randomBytes } from 'node:crypto';

/** How RabbitMQ keeps a password, and what this makes (its handbook, "Passwords"). */
export const HASHING_ALGORITHM = 'rabbit_password_hashing_sha256';

/**
 * A password as RabbitMQ 3.10 to 4.x keeps it: base64 of four bytes of salt and the SHA-256 of salt and password. It is
 * a fast hash, so a short password can be guessed from it.
 */
export function hashPassword(password: string, salt: Buffer = randomBytes(4)): string {
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
