import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKey, listKeys, revokeKey } from '../../../apps/cli/src/keys/keys.command.js';
import { signIn } from '../../../apps/cli/src/keys/sign-in.js';
import { OPERATOR_KEY, SmallApp } from './small-app.js';

describe('photo-repair keys', () => {
  let api: SmallApp;
  let printed: string;
  beforeAll(async () => {
    api = await SmallApp.start();
  });
  afterAll(() => api.close());
  beforeEach(() => {
    printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  const taken = () => {
    const text = printed;
    printed = '';
    return text;
  };

  it('makes a key, shows it once, and ends it', async () => {
    const flags = { url: api.url, key: OPERATOR_KEY };
    await createKey('scanner', { ...flags, role: 'viewer', types: 'person', amqpUser: 'museum' });
    const made = taken();
    const [token = ''] = /^prk_[\w-]{43}$/m.exec(made) ?? [];
    const [id = ''] = /[0-9a-f-]{36}/.exec(made) ?? [];
    expect(await signIn(api.url, token)).toEqual({ authorization: `Bearer ${token}` });

    await listKeys({ url: api.url, key: token });
    const list = taken();
    expect(list).toMatch(new RegExp(`${id} +scanner +viewer +- +person +0 +museum +[\\d-]{10} +valid`));
    expect(list).not.toContain(token);
    await expect(createKey('more', { url: api.url, key: token, role: 'user' })).rejects.toThrow(
      'You may not do this.',
    );

    await revokeKey(id, flags);
    expect(taken()).toContain(id);
    await expect(signIn(api.url, token)).rejects.toThrow('The key or link is missing, wrong or has ended.');
  });

  it('says what the API says, and never the key', async () => {
    const error = await createKey('x', {
      url: api.url,
      key: OPERATOR_KEY,
      role: 'user',
      types: 'cats',
    }).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/person/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(OPERATOR_KEY);
    await expect(listKeys({ url: 'http://127.0.0.1:9', key: OPERATOR_KEY })).rejects.toThrow(
      /No answer from/,
    );
  });

  it('becomes a visitor where there is no key', async () => {
    const headers = await signIn(api.url, undefined);
    expect(headers).toEqual({ cookie: expect.stringMatching(/^photo_repair_visitor=prv_/) as string });
    expect((await fetch(`${api.url}/v1/mine`, { headers })).status).toBe(200);
  });
});
