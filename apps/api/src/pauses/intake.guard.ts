import { Injectable, type CanActivate } from '@nestjs/common';
import { ProblemException } from '../problems/problem.exception.js';
import { Pauses } from './pauses.js';

/** An operator has a reason, which is seldom over sooner. */
const RETRY_AFTER_S = 60;

/** Refuses photos while an operator has paused the intake, before anything of their bodies is read. */
@Injectable()
export class IntakeGuard implements CanActivate {
  constructor(private readonly pauses: Pauses) {}

  /** @throws ProblemException `intake_paused`. */
  canActivate(): boolean {
    if (!this.pauses.isIntakePaused) return true;
    throw new ProblemException('intake_paused', {}, { retryAfterS: RETRY_AFTER_S });
  }
}
