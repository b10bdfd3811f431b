import 'i18next';
import type { english } from './en/index.js';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof english;
    returnNull: false;
  }
}
