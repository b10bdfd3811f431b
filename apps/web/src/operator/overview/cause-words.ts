import { FAILURE_CODES, type CauseView, type FailureCode } from '@app/contracts';
import type { TFunction } from 'i18next';
import { isKnownCause } from './cause-weight.js';

/** What a cause is, and what to do about it, in plain words. `title` is the title of the task type that it may be about. */
export function causeWords(
  { code, subject }: CauseView,
  title: string,
  t: TFunction<'operator'>,
): { what: string; todo: string } {
  // The API is of a later release than this page.
  if (!isKnownCause(code)) return { what: t('cause.unknown.what', { code }), todo: t('cause.unknown.todo') };
  const name = subject ?? '';
  const isFailure = FAILURE_CODES.includes(name as FailureCode);
  const reason = isFailure ? t(`reason.${name as FailureCode}.what`) : name;
  const remedy = isFailure ? t(`reason.${name as FailureCode}.todo`) : '';
  const values = { subject: name, title, reason, remedy };
  return { what: t(`cause.${code}.what`, values), todo: t(`cause.${code}.todo`, values) };
}
