import { describe, expect, it } from 'vitest';
import { isWebhookSecret, newWebhookSecret, OLD_SECRET_MS, rotate, validSecrets } from './webhook-secrets.js';

const NOW = 1_000_000_000;
const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 3).toString('base64')}`;
const INSTALLATION = of(32);

describe('isWebhookSecret', () => {
  it.each([of(24), of(64), newWebhookSecret(), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])(
    'takes %s',
    (secret) => {
      expect(isWebhookSecret(secret)).toBe(true);
    },
  );

  it.each([
    '',
    'whsec_',
    of(23),
    of(65),
    of(24).slice(6),
    `${of(24)}!`,
    `${of(24)} `,
    'whsec_' + 'ä'.repeat(40),
    of(25).replace(/=+$/, ''),
  ])('refuses %j', (secret) => {
    expect(isWebhookSecret(secret)).toBe(false);
  });

  it('never makes the same one twice', () => {
    expect(new Set(Array.from({ length: 100 }, newWebhookSecret)).size).toBe(100);
  });
});

describe('the secrets of an owner', () => {
  it("are the installation's where it has none", () => {
    expect(validSecrets(null, INSTALLATION)).toEqual([INSTALLATION]);
  });

  it('go on signing for a day after a rotation, the new one first', () => {
    const once = JSON.stringify(rotate(null, INSTALLATION, of(24), NOW));
    expect(validSecrets(once, INSTALLATION, NOW)).toEqual([of(24), INSTALLATION]);
    const twice = JSON.stringify(rotate(once, INSTALLATION, of(40), NOW + 1000));
    expect(validSecrets(twice, INSTALLATION, NOW + 1000)).toEqual([of(40), of(24), INSTALLATION]);
    expect(validSecrets(twice, INSTALLATION, NOW + OLD_SECRET_MS)).toEqual([of(40), of(24)]);
    expect(validSecrets(twice, INSTALLATION, NOW + OLD_SECRET_MS + 1000)).toEqual([of(40)]);
  });

  it('have no secret twice, and no more than fit a header', () => {
    const same = rotate(JSON.stringify(rotate(null, INSTALLATION, of(24), NOW)), INSTALLATION, of(24), NOW);
    expect(same.map(({ secret }) => secret)).toEqual([of(24), INSTALLATION]);
    let json: string | null = null;
    for (let time = 0; time < 30; time += 1) {
      json = JSON.stringify(rotate(json, INSTALLATION, newWebhookSecret(), NOW + time));
    }
    expect(validSecrets(json, INSTALLATION, NOW + 30)).toHaveLength(10);
  });
});
