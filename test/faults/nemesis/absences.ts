/** When something was away (epoch milliseconds). */
export class Absences {
  private readonly times: { from: number; to: number }[] = [];

  /** It is away until the promise resolves. */
  async until(back: Promise<unknown>): Promise<void> {
    const absence = { from: Date.now(), to: Infinity };
    this.times.push(absence);
    await back;
    absence.to = Date.now();
  }

  /** How long it was away between two moments, in milliseconds. */
  within(from: number, to: number): number {
    return this.times.reduce(
      (sum, absence) => sum + Math.max(0, Math.min(to, absence.to) - Math.max(from, absence.from)),
      0,
    );
  }
}
