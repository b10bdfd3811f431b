import type { Answer, OutputFile, Question, QueueReading } from '../check/observation.js';

/** What a program of another system knows. */
export interface OutsiderView {
  /** What it handed in. */
  questions: readonly Question[];
  /** What it was told, in the order in which it was. */
  answers: readonly Answer[];
  /** Pictures that were written for it. */
  outputs: readonly OutputFile[];
  /** Messages of its own kind that are still on their way to us. */
  queues: readonly QueueReading[];
  /** Files that were of use only while something was being written for it. */
  temporary: readonly string[];
}

/** A program of another system, which works with ours through what both know: a broker, Redis, HTTP. */
export interface Outsider {
  look(): Promise<OutsiderView>;
}
