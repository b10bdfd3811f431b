import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { english } from '../words/en/index.js';
import { chinese } from '../words/zh-CN/index.js';
import { HERO } from './samples.js';

const page = readFileSync(new URL('../../index.html', import.meta.url), 'utf8');

/** What the page shows in this language before its scripts are there: the text of each element with a class. */
function firstView(language: string): string {
  const view = page.split(`<template lang="${language}">`)[1]?.split('</template>')[0];
  if (view === undefined) throw new Error(`There is no first view in ${language}.`);
  return view.replaceAll(/\s+/g, ' ').replaceAll(/\s*([<>"])\s*/g, '$1');
}

describe.each([
  ['en', english],
  ['zh-CN', chinese],
])('the first view in %s', (language, { shell, home }) => {
  const view = firstView(language);
  const caption = home.peek.caption.replace('{{shows}}', home.samples[HERO.name]);

  it.each([
    ['name', `>${shell.name}</span>`],
    ['title', `<h1 class="welcome-title">${home.title}</h1>`],
    ['intro', `<p class="welcome-intro">${home.intro}</p>`],
    ['caption', `<figcaption>${caption}</figcaption>`],
  ])('says what the page says: %s', (_, html) => {
    expect(view).toContain(html);
  });

  it('shows the same pictures', () => {
    for (const { src, srcSet } of [HERO.before, HERO.after]) {
      expect(view).toContain(`src="${src}"srcset="${srcSet}"sizes="${HERO.sizes}"`);
    }
  });
});
