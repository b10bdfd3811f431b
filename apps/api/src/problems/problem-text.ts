import type { DETAILS_EN, FIELD_TEXTS_EN } from './texts-en.js';

/** A problem code, or `code.case`: which sentence the caller is told. */
export type ProblemText = keyof typeof DETAILS_EN;

/** Which sentence a wrong field is told. */
export type FieldText = keyof typeof FIELD_TEXTS_EN;

/** What goes into the placeholders of a sentence. */
export type TextValues = Readonly<Record<string, string | number>>;
