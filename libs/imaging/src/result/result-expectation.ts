/** What a task type promises of its results, as far as a picture shows whether it was kept. */
export interface ResultExpectation {
  /**
   * In relation to the picture that the engine got. `same`: as large as it; `scale`: both sides so many times as long;
   * `any`: whatever the limits for results allow.
   */
  size: 'same' | 'any' | { scale: number };
  /** True where the result of a grey photo is a colour picture. */
  colours: boolean;
}

/** A result as it is stored: an 8-bit RGB PNG that holds nothing but its picture. */
export interface FinishedResult {
  data: Buffer;
  width: number;
  height: number;
}
