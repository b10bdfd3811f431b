/** The number of the photo with these pixels. */
export function numberOf(pixels: Uint8Array): number;

/** What the fault engines make of pixels: a result belongs to exactly one photo, and anybody can tell to which. */
export function colourOf(pixels: Uint8Array): Buffer;
