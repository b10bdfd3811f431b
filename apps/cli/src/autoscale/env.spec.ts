import { expect, it } from 'vitest';
import { readAutoscaleEnv } from './env.js';

const ENGINES = { COMFYUI_URLS: 'http://a:1,http://b:1' };

it('has as many workers as engines, and half of the waiting limit', () => {
  const { rules } = readAutoscaleEnv({}, ENGINES);
  expect(rules).toMatchObject({ min: 1, max: 2, perWorker: 100, maxWaitMs: 150_000, cooldownMs: 300_000 });
  expect(readAutoscaleEnv({}, { ...ENGINES, QUEUE_TIMEOUT: '0' }).rules.maxWaitMs).toBeNull();
  expect(readAutoscaleEnv({}, { ...ENGINES, AUTOSCALE_MAX_WAIT: '0' }).rules.maxWaitMs).toBeNull();
  expect(readAutoscaleEnv({}, { ...ENGINES, AUTOSCALE_MAX_WAIT: '20s' }).rules.maxWaitMs).toBe(20_000);
});

it('lets the command line go before the environment', () => {
  const given = { AUTOSCALE_MIN: '0', AUTOSCALE_MAX: undefined };
  expect(readAutoscaleEnv(given, { ...ENGINES, AUTOSCALE_MIN: '2', AUTOSCALE_MAX: '2' }).rules).toMatchObject(
    {
      min: 0,
      max: 2,
    },
  );
});

it.each([
  [{}, 'COMFYUI_URLS: names no engine'],
  [{ ...ENGINES, AUTOSCALE_MAX: '3' }, 'AUTOSCALE_MAX: is more than there are engines'],
  [{ ...ENGINES, AUTOSCALE_MIN: '3' }, 'AUTOSCALE_MIN: is more than AUTOSCALE_MAX'],
  [{ COMFYUI_URLS: 'http://a:1,http://me:secret@a:1/' }, 'COMFYUI_URLS: names an engine twice'],
  [{ AUTOSCALE_COMMAND: 'true' }, 'AUTOSCALE_MAX: has to be set'],
  [{ ...ENGINES, AUTOSCALE_MAX_WAIT: 'long' }, 'AUTOSCALE_MAX_WAIT: must be a duration'],
  [{ ...ENGINES, AUTOSCALE_INTERVAL: '1ms' }, 'AUTOSCALE_INTERVAL: must be at least'],
])('refuses %j', (env, words) => {
  expect(() => readAutoscaleEnv({}, env)).toThrow(words);
});

it('takes more workers than engines only where they are shared', () => {
  expect(readAutoscaleEnv({}, { ...ENGINES, AUTOSCALE_SHARE: '2' }).rules.max).toBe(4);
});
