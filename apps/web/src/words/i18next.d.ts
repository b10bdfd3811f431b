import 'i18next';
import type { english } from './en/index.js';
import type { operator } from './en/operator.js';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof english & { operator: typeof operator };
    returnNull: false;
  }
}
