import { BROKER_CLASSES, brokerClass, LEVELS } from './broker-class.js';

/** Handovers in a row from above those who wait below, before one of those below. */
const IN_A_ROW = 4;

/**
 * Priority that starves nobody: after four handovers in a row past a lower level, the fifth is one of a lower level, in
 * the broker class of the highest, because in its own class it would wait in the broker instead. Where several lower
 * levels wait, it is the one that was passed most often, so that each of them has its turn.
 *
 * The broker itself knows no ageing: what it has in a low class waits while anything comes in a higher one. So after four
 * handovers past such a class nothing more is given to the classes above it until one of that class has left the broker.
 * Workers do not stand idle for it: there is something in the broker, or it would not have to be waited for.
 */
export class Ageing {
  private inARow = 0;
  private readonly passedLevels: number[] = Array.from({ length: LEVELS }, () => 0);
  private readonly passedClasses: number[] = Array.from({ length: BROKER_CLASSES }, () => 0);

  /**
   * Whose turn it is. Changes nothing.
   * @param held how many are held, by level
   */
  pick(held: readonly number[]): { level: number; brokerClass: number } | undefined {
    const top = held.findLastIndex((count) => count > 0);
    if (top === -1) return undefined;
    const target = brokerClass(top);
    if (this.passedClasses.some((passed, below) => below < target && passed >= IN_A_ROW)) return undefined;
    return { level: this.inARow < IN_A_ROW ? top : this.mostPassed(held, top), brokerClass: target };
  }

  /**
   * @param held how many were held by level, this one among them
   * @param sent how many the broker has by class
   */
  handedOver(level: number, sentClass: number, held: readonly number[], sent: readonly number[]): void {
    let passedSome = false;
    for (let below = 0; below < level; below += 1) {
      if (held[below] === 0) continue;
      this.passedLevels[below]! += 1;
      passedSome = true;
    }
    this.passedLevels[level] = 0;
    const aged = held.findLastIndex((count) => count > 0) > level;
    this.inARow = passedSome && !aged ? this.inARow + 1 : 0;
    for (let below = 0; below < sentClass; below += 1) {
      if (sent[below]! > 0) this.passedClasses[below]! += 1;
    }
  }

  /** Nobody is held at that level any more. */
  levelEmptied(level: number): void {
    this.passedLevels[level] = 0;
  }

  /** The broker has one less in that class: begun, cancelled, or taken back. */
  classMoved(sentClass: number): void {
    this.passedClasses[sentClass] = 0;
  }

  private mostPassed(held: readonly number[], top: number): number {
    let most = top;
    let passed = IN_A_ROW - 1;
    for (let level = top - 1; level >= 0; level -= 1) {
      if (held[level]! > 0 && this.passedLevels[level]! > passed) {
        most = level;
        passed = this.passedLevels[level]!;
      }
    }
    return most;
  }
}
