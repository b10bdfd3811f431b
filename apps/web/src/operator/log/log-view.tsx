import { Skeleton, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sayProblem } from '../../photo/problem-sentence.js';
import { auditQuery } from '../api/reads.js';
import { MoreButton } from '../frame/more-button.js';
import { LogRow } from './log-row.js';
import classes from './log.module.css';

/** What operators did: who, what, when, to how many, and why. */
export function LogView() {
  const { t } = useTranslation('operator');
  const list = useInfiniteQuery(auditQuery());
  const entries = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={classes.view}>
      <div>
        <Title order={1}>{t('log.title')}</Title>
        <Text c="dimmed">{t('log.intro')}</Text>
      </div>
      {list.isPending && <Skeleton h="10rem" radius="md" />}
      {list.error !== null && entries.length === 0 && <Text c="var(--bad)">{sayProblem(list.error, t)}</Text>}
      {list.isSuccess && entries.length === 0 && <Text c="dimmed">{t('log.empty')}</Text>}
      {entries.length > 0 && (
        <ol className={classes.rows} aria-label={t('log.title')}>
          {entries.map((entry) => (
            <LogRow key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      <MoreButton list={list} />
    </div>
  );
}
