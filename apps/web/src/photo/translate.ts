import type { TFunction } from 'i18next';

/** What `useTranslation()` gives, whichever room's words it was asked for. */
// oxlint-disable-next-line typescript/no-explicit-any -- i18next brands `t` by namespace, and a sentence takes every one
export type AnyTranslate = TFunction<any>;

/** `t` for the sentences about photos: their keys are checked. A key that names its namespace works in every `t`. */
export type SayOfPhotos = TFunction<['photo', 'problem', 'failure']>;
