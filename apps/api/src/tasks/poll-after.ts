/** Seconds after which a caller who polls may ask again. */
export const POLL_AFTER_S = 2;
