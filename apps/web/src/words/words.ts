import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { deviceStore } from '../device/device-store.js';
import { chooseLanguage } from './choose-language.js';
import { english } from './en/index.js';
import type { Language } from './language.js';
import { chinese } from './zh-CN/index.js';

export type { Language } from './language.js';

const LANGUAGE_KEY = 'photo-repair.language';

/** Loads the words of both languages and starts in the one of this device. Called once, before anything is shown. */
export async function startWords(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await i18next.use(initReactI18next).init({
    resources: { en: english, 'zh-CN': chinese },
    lng: chooseLanguage(deviceStore.getItem(LANGUAGE_KEY), navigator.languages),
    fallbackLng: 'en',
    supportedLngs: ['en', 'zh-CN'],
    ns: Object.keys(english),
    defaultNS: 'shell',
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

/** The language in which the page speaks. */
export function currentLanguage(): Language {
  return i18next.language as Language;
}

/** Speaks another language, from the next visit on too. */
export async function speak(language: Language): Promise<void> {
  deviceStore.setItem(LANGUAGE_KEY, language);
  await i18next.changeLanguage(language);
}
