/** How often the engine is asked, in milliseconds. Shorter times cost the engine calls, longer ones cost us time. */
export interface ComfyPace {
  /** Between two looks at a prompt while the socket cannot help: it is down, deaf, or not the prompt's own. */
  pollMs: number;
  /**
   * From the acceptance to the first look, and from any look to the next, while the socket helps. They are only for
   * a frame that the server never sent; a frame that is lost otherwise shows in the queue's length, which is told to
   * every socket. So a healthy prompt of ten minutes costs one such look.
   */
  firstLookMs: number;
  laterLookMs: number;
  /** From the acceptance until a socket is called deaf that has not even brought the `status` of the submission. */
  deafMs: number;
  /** From a frame that ends the prompt, but does not say that its history is written, to the first look at that. */
  historyMs: number;
  /** First pause where the history is later than that; doubles up to `pollMs`. */
  historyRetryMs: number;
  /** Between two looks that found nothing: one proves nothing. */
  lookAgainMs: number;
  /** Before a download that broke is tried again. */
  downloadRetryMs: number;
  /** Between two looks at a prompt that was told to stop. */
  cancelLookMs: number;
  /** From telling a prompt to stop to telling it again: its start can wipe out an interrupt (ComfyUI v0.27.1). */
  cancelTellMs: number;
}

export const DEFAULT_PACE: ComfyPace = {
  pollMs: 1_000,
  firstLookMs: 30_000,
  laterLookMs: 600_000,
  deafMs: 3_000,
  historyMs: 300,
  historyRetryMs: 100,
  lookAgainMs: 1_000,
  downloadRetryMs: 1_000,
  cancelLookMs: 250,
  cancelTellMs: 2_000,
};
