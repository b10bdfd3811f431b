import type { TaskAttemptView } from '@app/contracts';
import { Table, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../words/words.js';
import { durationInWords } from '../measure/duration.js';
import { Elapsed } from '../measure/moments.js';
import classes from './photo.module.css';
import { reasonWords } from './reason-words.js';

/** Each time that a worker was at it. */
export function Attempts({ attempts }: { readonly attempts: readonly TaskAttemptView[] }) {
  const { t } = useTranslation('operator');
  if (attempts.length === 0) return null;
  return (
    <section aria-labelledby="operator-attempts" className={classes.panel}>
      <Title order={2} size="h4" id="operator-attempts">
        {t('attempt.title')}
      </Title>
      <Table.ScrollContainer minWidth={460}>
        <Table aria-labelledby="operator-attempts">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('attempt.number')}</Table.Th>
              <Table.Th>{t('attempt.where')}</Table.Th>
              <Table.Th>{t('attempt.took')}</Table.Th>
              <Table.Th>{t('attempt.outcome')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {attempts.map((attempt) => (
              // A run that is begun anew has the number of the one before.
              <Table.Tr key={`${attempt.attempt} ${attempt.started_at} ${attempt.ended_at}`}>
                <Table.Td>{attempt.attempt}</Table.Td>
                <Table.Td translate="no">
                  {[attempt.worker, attempt.gpu].filter((each) => each !== null).join(', ')}
                </Table.Td>
                <Table.Td>
                  <Took attempt={attempt} />
                </Table.Td>
                <Table.Td>
                  {t(`attempt.is.${attempt.outcome}`)}
                  {attempt.reason !== null && (
                    <div className={classes.quiet}>{reasonWords(attempt.reason, t)}</div>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function Took({ attempt: { started_at: from, ended_at: to } }: { readonly attempt: TaskAttemptView }) {
  if (from === null) return '–';
  if (to === null) return <Elapsed at={from} />;
  return durationInWords((Date.parse(to) - Date.parse(from)) / 1000, currentLanguage());
}
