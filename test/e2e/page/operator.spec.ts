import type { AlbumView, NewApiKeyView, TaskView } from '@app/contracts';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { english as words } from '../../../apps/web/src/words/en/index.js';
import { operator as english } from '../../../apps/web/src/words/en/operator.js';
import { operator as chinese } from '../../../apps/web/src/words/zh-CN/operator.js';
import { launchChromium } from '../visitor.js';
import { barriers } from './barriers.js';
import { OPERATOR_KEY } from './global-system.js';
import { Guest, PHONE } from './guest.js';
import { flattenWords, sentencesAmong } from './shown-words.js';

const AUTH = { authorization: `Bearer ${OPERATOR_KEY}` };
/** What would do something where it is taken for more than a text. */
const HOSTILE = `<img src=x onerror="document.title='taken'">`;
const NAME = `${HOSTILE} loft.jpg`;
const MISSING = english.reason.photo_missing.what;
const NOTE = 'cleaning the scanner';

const url = inject('pageUrl');
const dataDir = inject('pageDataDir');
let browser: Browser;
let guest: Guest;
let tasks: TaskView[];

beforeAll(async () => {
  browser = await launchChromium();
  guest = await Guest.come(browser, url);
});
afterAll(async () => {
  // The system is everybody's.
  await call('DELETE', '/v1/admin/pauses/types/person');
  await browser.close();
});
afterEach(() => expect(guest.complaints.splice(0)).toEqual([]));

async function call(method: string, path: string, body?: object): Promise<Response> {
  const headers = { ...AUTH, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  expect(answer.ok).toBe(true);
  return answer;
}

async function add(album: AlbumView, name: string): Promise<void> {
  const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
  const form = new FormData();
  form.append('type', 'person');
  form.append('image', new Blob([new Uint8Array(photo)]), name);
  const answer = await fetch(url + album.urls.tasks, { method: 'POST', headers: AUTH, body: form });
  expect(answer.ok).toBe(true);
}

/** Takes the photos away from the workers, or gives them back. */
async function hide(isHidden: boolean): Promise<void> {
  for (const { id } of tasks) {
    const here = join(dataDir, 'artifacts/originals', `${id}.jpg`);
    const away = join(dataDir, `${id}.away`);
    await (isHidden ? rename(here, away) : rename(away, here));
  }
}

const button = (name: string | RegExp) => guest.page.getByRole('button', { name, exact: true });
const fill = (sentence: string, values: Record<string, string>) =>
  sentence.replaceAll(/\{\{(\w+).*?\}\}/g, (_, name: string) => values[name] ?? '');

async function signIn(key: string): Promise<void> {
  await guest.open('/#/operator', english.sign_in.title);
  await guest.page.getByRole('textbox', { name: english.sign_in.key }).fill(key);
  await button(english.sign_in.go).click();
}

describe('who comes in', () => {
  it('nobody with a wrong key, which is said plainly', async () => {
    await signIn('prk_wrong');
    await guest.page.getByText(english.sign_in.wrong).waitFor();
    expect(await barriers(guest.page, ['dark'])).toEqual([]);
    // The browser itself writes down that the API takes no such key.
    expect(guest.complaints.splice(0)).toEqual([expect.stringMatching(/401 .*\/v1\/session$/)]);
  });

  it('a viewer, who sees everything and is told why nothing can be done', async () => {
    const made = await call('POST', '/v1/admin/keys', { name: 'night watch', role: 'viewer' });
    await signIn(((await made.json()) as NewApiKeyView).token);
    await guest.page.getByText(english.viewer.notice).waitFor();
    const pause = button(english.pause.intake.pause);
    expect(await pause.getAttribute('aria-disabled')).toBe('true');
    await pause.hover();
    await guest.page.getByRole('tooltip').filter({ hasText: english.viewer.why }).waitFor();
    await button(english.frame.sign_out).click();
    await guest.heading(english.sign_in.title).waitFor();
  });

  it('an operator, who sees each kind of photos, what it stands on, and the worker', async () => {
    await signIn(OPERATOR_KEY);
    const { page } = guest;
    await page.getByRole('article', { name: 'People', exact: true }).waitFor();
    const worker = page.getByRole('article', { name: 'worker' });
    await worker.getByText(english.engine.state.well).waitFor();
    await page.getByText(english.vitals.broker_connected).waitFor();
    await page.getByRole('heading', { name: english.history.title }).waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});

describe('a database that is away', () => {
  /** As the API answers then; that it does is tested with a real one. */
  const AWAY = {
    status: 503,
    contentType: 'application/problem+json',
    headers: { 'retry-after': '10' },
    body: JSON.stringify({
      type: '/problems/database_unavailable',
      code: 'database_unavailable',
      title: 'The database does not answer',
      detail: 'Please try again.',
      status: 503,
    }),
  };

  it('is named on the overview, which does not say any more that photos flow', async () => {
    const { page } = guest;
    await page.route('**/v1/admin/overview', (route) => route.fulfill(AWAY));
    await page.getByText(english.flow.unknown).waitFor();
    await page.getByText(english.frame.database_away).waitFor();
    expect(await barriers(page, ['dark'])).toEqual([]);
    await page.getByRole('status').getByRole('link', { name: english.cause.runbook }).click();
    await page.getByRole('heading', { name: 'DatabaseSlow' }).waitFor();
    await page.unroute('**/v1/admin/overview');
    await page.goBack();
    await page.getByText(english.frame.database_away).waitFor({ state: 'detached' });
    guest.complaints.splice(0);
  });

  it('lets nobody sign in, and says why', async () => {
    const { page } = guest;
    await button(english.frame.sign_out).click();
    await page.route('**/v1/session', (route) => route.fulfill(AWAY));
    await signIn(OPERATOR_KEY);
    await page.getByText(english.sign_in.database_away).waitFor();
    await page.unroute('**/v1/session');
    // As the browser itself writes them down.
    expect(guest.complaints.splice(0)).toEqual([expect.stringMatching(/503 .*\/v1\/session$/)]);
    await button(english.sign_in.go).click();
    await page.getByRole('article', { name: 'People', exact: true }).waitFor();
  });
});

describe('a kind of photos', () => {
  const person = () => guest.page.getByRole('article', { name: 'People', exact: true });

  it('is paused with a note; its photos wait, and everybody sees why', async () => {
    const album = (await (
      await call('POST', '/v1/albums', { title: `${HOSTILE} attic` })
    ).json()) as AlbumView;
    await person()
      .getByRole('button', { name: fill(english.pause.type.pause_named, { title: 'People' }) })
      .click();
    const dialog = guest.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: english.act.note }).fill(NOTE);
    await dialog.getByRole('button', { name: english.pause.type.pause, exact: true }).click();
    await person().getByText(english.type.paused, { exact: true }).waitFor();
    for (const name of [NAME, 'cellar.jpg']) await add(album, name);
    ({ items: tasks } = (await (await call('GET', album.urls.tasks)).json()) as { items: TaskView[] });
    await person()
      .getByText(/^waiting$/)
      .locator('..')
      .getByText('2')
      .waitFor();
    await dialog.waitFor({ state: 'hidden' });
    await guest.page.getByText(NOTE).waitFor();
    expect(await guest.page.getByText(NOTE).count()).toBe(1);
    await hide(true);
  });

  it('goes on; what fails by then stands together under its reason', async () => {
    await person()
      .getByRole('button', { name: fill(english.pause.type.resume_named, { title: 'People' }) })
      .click();
    await guest.page.getByRole('link', { name: english.nav.failed }).click();
    await guest.heading(english.failed.title).waitFor();
    const group = guest.page.getByRole('region', {
      name: fill(english.failed.group, { count: '2', reason: MISSING }),
    });
    await group.getByRole('button', { name: english.failed.choose }).click();
    await group.getByRole('link', { name: NAME }).waitFor();
    expect(await barriers(guest.page)).toEqual([]);
    await hide(false);
  });
});

describe('failed photos', () => {
  it('are counted before they are tried again, all of them and by name', async () => {
    const { page } = guest;
    await page.getByRole('checkbox', { name: fill(english.failed.choose_one, { name: NAME }) }).check();
    const values = { count: '1', title: MISSING };
    await button(fill(english.operation.retry.some_named, values)).click();
    const dialog = page.getByRole('dialog', { name: english.operation.retry.ask });
    await dialog.getByText(fill(english.operation.count_one, { count: '1' })).waitFor();
    expect(await barriers(page, ['light'])).toEqual([]);
    await dialog.getByRole('button', { name: english.act.keep }).click();
    await dialog.waitFor({ state: 'hidden' });

    await button(fill(english.operation.retry.all_named, values)).click();
    await dialog.getByText(fill(english.operation.count_other, { count: '2' })).waitFor();
    await dialog
      .getByRole('button', { name: fill(english.operation.retry.go_other, { count: '2' }) })
      .click();
    await page.getByText(fill(english.operation.state.finished, { done: '2', total: '2' })).waitFor();
    await page.getByText(english.failed.none).waitFor();
  });
});

describe('a photo', () => {
  it('is found by a part of its name, which is only ever a text', async () => {
    const { page } = guest;
    await page.getByRole('link', { name: english.nav.photos, exact: true }).click();
    await page.getByRole('searchbox', { name: english.search.label }).fill('loft');
    await page.waitForURL(/q=loft/);
    const found = page.getByRole('list', { name: english.search.found }).getByRole('listitem');
    await found.filter({ hasText: NAME }).waitFor();
    await expect.poll(() => found.count()).toBe(1);
    expect(await barriers(page)).toEqual([]);
    await found.getByRole('link').click();
    await guest.heading(NAME).waitFor();
  });

  it('shows what happened to it, before and after, and whose it is', async () => {
    const { page } = guest;
    const life = page.getByRole('region', { name: english.timeline.title }).getByRole('listitem');
    await life.filter({ hasText: MISSING }).waitFor();
    await life.filter({ hasText: english.step.retried }).waitFor();
    await life.filter({ hasText: english.step.succeeded }).waitFor();
    await page.getByRole('img', { name: english.photo.after }).waitFor();
    await page.getByRole('slider').waitFor();
    await page.getByRole('link', { name: `${HOSTILE} attic` }).waitFor();
    await page.getByText(words.photo.made_by.coloured.preview).waitFor();
    await page.getByText(english.payload.title).click();
    await page.getByText('"taskType": "person"').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.title()).not.toBe('taken');
    expect(await page.locator('img[src=x]').count()).toBe(0);
  });
});

describe('the other views', () => {
  it.each([
    ['deliveries', english.delivery.none, 'light'],
    ['workflows', english.workflow.no_problems, 'dark'],
    ['log', NOTE, 'light'],
    ['runbook/paused', 'Paused', 'dark'],
  ] as const)('%s keep nobody out', async (path, text, scheme) => {
    await guest.page.goto(`${url}/#/operator/${path}`);
    await guest.page.getByText(text).first().waitFor();
    expect(await barriers(guest.page, [scheme])).toEqual([]);
  });

  it('speak Chinese, all of them', async () => {
    const { page } = guest;
    await button('中文').click();
    const seen: string[] = [];
    for (const [path, heading] of [
      ['', /照片/],
      ['/failed', chinese.failed.title],
      ['/photos', chinese.search.title],
      ['/deliveries', chinese.delivery.title],
      ['/workflows', chinese.workflow.title],
      ['/log', chinese.log.title],
    ] as const) {
      await page.goto(`${url}/#/operator${path}`);
      await guest.heading(heading).waitFor();
      seen.push(...(await sentencesAmong(page, flattenWords(english))));
    }
    // The same in both languages, or what somebody has called something.
    expect(seen.filter((text) => /[a-z]{3}/i.test(text) && !chineseToo(text))).toEqual([]);
    await button('English').click();
  });

  it('fit on a phone', async () => {
    const phone = await Guest.come(browser, url, PHONE);
    await phone.open('/#/operator', english.sign_in.title);
    await phone.page.getByRole('textbox', { name: english.sign_in.key }).fill(OPERATOR_KEY);
    await phone.page.getByRole('button', { name: english.sign_in.go }).click();
    await phone.page.getByRole('heading', { name: english.history.title }).waitFor();
    expect(await phone.overflow()).toBe(0);
    for (const view of [english.nav.failed, english.nav.photos, english.nav.log]) {
      await phone.page.getByRole('link', { name: view, exact: true }).click();
      await phone.page
        .getByRole('link', { name: view, exact: true })
        .and(phone.page.locator('[aria-current=page]'))
        .waitFor();
      expect(await phone.overflow()).toBe(0);
    }
    expect(phone.complaints).toEqual([]);
    await phone.leave();
  });
});

const CHINESE = new Set(flattenWords(chinese));
const chineseToo = (text: string) => CHINESE.has(text);
