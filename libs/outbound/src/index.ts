export { FetchRefused, UrlNotAllowed, UrlUnreachable } from './outbound.errors.js';
/** @public */
export { InvalidOutboundRule } from './outbound.errors.js';
export type { UrlRefusal } from './outbound.errors.js';
export { OutboundGuard } from './outbound-guard.js';
export type { OutboundRules } from './outbound-guard.js';
export { fetchToFile } from './fetch-to-file.js';
export type { FetchedFile, FetchToFileOptions } from './fetch-to-file.js';
export { postJson } from './post-json.js';
export type { PostAnswer, PostJsonOptions } from './post-json.js';
