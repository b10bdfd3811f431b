import { freePort } from '../../support/free-port.js';
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { english } from '../../../apps/web/src/words/en/index.js';
import { PrivateBroker } from '../../support/private-broker.js';
import { TestSystem } from '../../support/system.js';
import { launchChromium } from '../visitor.js';
import { Guest } from './guest.js';

/** A name that Chromium is told to look for on this machine, and that it does not trust like `localhost`. */
const HOST = 'photos.example';

let broker: PrivateBroker;
let system: TestSystem;
let browser: Browser;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://${HOST}:${port}`;
  [broker, browser] = await Promise.all([
    PrivateBroker.start(),
    launchChromium([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`]),
  ]);
  system = await TestSystem.start({
    AMQP_URL: broker.amqpUrl,
    API_PORT: String(port),
    ALLOWED_ORIGINS: url,
  });
});
afterAll(async () => {
  await browser.close();
  await system.stop();
  await broker.stop();
});

it('does all that people need on a local network, where browsers keep half of their tools back', async () => {
  const guest = await Guest.come(browser, url);
  const { page } = guest;
  await guest.open('/', english.home.title);
  expect(await page.evaluate('[isSecureContext, typeof crypto.subtle, typeof navigator.locks]')).toEqual([
    false,
    'undefined',
    'undefined',
  ]);
  const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
  await guest.add(english.add.choose, [
    { name: 'one.jpg', buffer: photo },
    { name: 'two.jpg', buffer: Buffer.concat([photo, Buffer.from('another')]) },
  ]);
  await page.getByText('All 2 photos are ready').first().waitFor({ timeout: 90_000 });
  await page.getByRole('button', { name: english.share.button, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: english.share.title });
  await dialog.getByRole('button', { name: english.share.make.button }).click();
  const address = await dialog.getByRole('textbox', { name: english.share.made.address }).inputValue();
  expect(address).toMatch(new RegExp(`^${url}/#link=prl_`));
  await dialog.getByRole('button', { name: english.share.made.copy }).click();
  await dialog.getByText(english.share.made.copied).first().waitFor();
  await page.reload();
  await page.getByText('All 2 photos are ready').first().waitFor();
  // The browser says that it ignores this header here; where it does not, the page has it.
  expect(guest.complaints.filter((each) => !each.startsWith('The Cross-Origin-Opener-Policy'))).toEqual([]);
});
