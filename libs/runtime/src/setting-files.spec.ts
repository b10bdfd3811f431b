import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EnvError, parseEnv, port } from './env.js';

const folder = mkdtempSync(join(tmpdir(), 'setting-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, 0o400);
  return path;
};

const schema = z
  .object({
    AMQP_URL: z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// URL' }),
    API_PORT: port(3000),
    TLS_CERT: z.string().optional(),
    TLS_CERT_FILE: z.string().optional(),
  })
  .refine(({ API_PORT }) => API_PORT !== 13, { path: ['API_PORT'], error: 'is unlucky' });

const complaintOf = (source: Record<string, string>): string => {
  try {
    parseEnv(schema, source);
  } catch (error) {
    if (error instanceof EnvError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
};

describe('a setting from a file', () => {
  it('is what the file has in it, without the line break at its end', () => {
    const AMQP_URL_FILE = file('url', 'amqp://api:canary@rabbitmq/photo-repair\n');
    const API_PORT_FILE = file('port', ' 4000\r\n');
    expect(parseEnv(schema, { AMQP_URL_FILE, API_PORT_FILE, AMQP_URL: '' })).toEqual({
      AMQP_URL: 'amqp://api:canary@rabbitmq/photo-repair',
      API_PORT: 4000,
    });
  });

  it('is judged as any other, under the name that was set and with no word of what is in it', () => {
    const complaint = complaintOf({
      AMQP_URL_FILE: file('wrong', 'canary'),
      API_PORT_FILE: file('unlucky', '13'),
    });
    expect(complaint).toBe(
      'These settings are not right:\n  AMQP_URL_FILE: must be an amqp:// URL\n  API_PORT_FILE: is unlucky',
    );
  });

  it('may not be set directly, too', () => {
    const AMQP_URL_FILE = file('second', 'amqp://canary@host');
    expect(complaintOf({ AMQP_URL: 'amqp://canary@host', AMQP_URL_FILE, API_PORT: 'canary' })).toMatch(
      /^These settings are not right:\n {2}AMQP_URL_FILE: AMQP_URL is set, too; set one of the two\n {2}API_PORT: [^\n]+$/,
    );
  });

  it.each([
    ['that is not there', () => join(folder, 'canary'), 'names a file that cannot be read (ENOENT)'],
    ['whose name is the secret', () => 'amqp://canary@host', 'names a file that cannot be read (ENOENT)'],
    ['that is a folder', () => folder, 'does not name a file'],
    ['that has no end', () => '/dev/zero', 'does not name a file'],
    ['in a file', () => join(file('plain', 'x'), 'canary'), 'names a file that cannot be read (ENOTDIR)'],
    ['with nothing in it', () => file('empty', ' \n'), 'names an empty file'],
    ['that is no setting', () => file('huge', 'canary'.repeat(20_000)), 'names a file of more than 64 KiB'],
  ])('is one sentence for a file %s', (_, path, sentence) => {
    const complaint = complaintOf({ AMQP_URL_FILE: path() });
    expect(complaint).toBe(`These settings are not right:\n  AMQP_URL_FILE: ${sentence}`);
  });

  it('leaves a setting alone whose own name ends so, and what the program does not know', () => {
    const source = { AMQP_URL: 'amqp://host', TLS_CERT_FILE: '/tls/cert.pem', OTHER_FILE: '/nowhere' };
    expect(parseEnv(schema, source)).toMatchObject({ TLS_CERT_FILE: '/tls/cert.pem' });
    expect(parseEnv(schema, source).TLS_CERT).toBeUndefined();
  });
});
