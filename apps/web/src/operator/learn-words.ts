import i18next from 'i18next';
import { operator as english } from '../words/en/operator.js';
import { operator as chinese } from '../words/zh-CN/operator.js';

/** The words of this room come with it: most people never see it. */
export function learnWords(): void {
  i18next.addResourceBundle('en', 'operator', english);
  i18next.addResourceBundle('zh-CN', 'operator', chinese);
}
