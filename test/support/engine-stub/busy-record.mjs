/** When the stub's one place was taken, by its own monotonic clock in milliseconds. */
export class BusyRecord {
  #spans = [];
  #startedAt = 0;

  started() {
    this.#startedAt = performance.now();
  }

  ended() {
    this.#spans.push({ from: this.#startedAt, to: performance.now() });
  }

  clear() {
    this.#spans = [];
  }

  /**
   * What was measured since the record was cleared. Busy is what a prompt really took, a late timer included, so
   * `longestMs` has to be read beside `share`; `nominalShare` counts the time that each prompt was meant to take.
   */
  report(promptMs) {
    const spans = this.#spans;
    const took = spans.map(({ from, to }) => to - from);
    const busyMs = took.reduce((sum, ms) => sum + ms, 0);
    const windowMs = spans.length === 0 ? 0 : spans.at(-1).to - spans[0].from;
    return {
      prompts: spans.length,
      promptMs,
      meanMs: busyMs / spans.length,
      longestMs: Math.max(...took),
      busyMs,
      startedAt: performance.timeOrigin + (spans[0]?.from ?? 0),
      endedAt: performance.timeOrigin + (spans.at(-1)?.to ?? 0),
      windowMs,
      share: busyMs / windowMs,
      nominalShare: (promptMs * spans.length) / windowMs,
      gapsMs: spans.slice(1).map(({ from }, index) => from - spans[index].to),
    };
  }
}
