import type { LocalizedText } from '@app/contracts';

/** A language that the page speaks. */
export type Language = keyof LocalizedText;
