import { FAILURE_CODES, type FailureCode } from '@app/contracts';
import type { TFunction } from 'i18next';

/** Why a step was taken: a failure in plain words, anything else as it was told. */
export function reasonWords(reason: string, t: TFunction<'operator'>): string {
  return FAILURE_CODES.includes(reason as FailureCode) ? t(`reason.${reason as FailureCode}.what`) : reason;
}
