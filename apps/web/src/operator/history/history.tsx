import type { TypeOverview } from '@app/contracts';
import { NativeSelect, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../words/words.js';
import { historyQuery } from '../api/reads.js';
import { durationInWords } from '../measure/duration.js';
import { typeTitle } from '../measure/type-title.js';
import classes from './history.module.css';
import { plotRows } from './plot-rows.js';
import { Plot } from './plot.js';

/** How the last day went: waiting, being worked on, and how many. */
export function History({ types }: { readonly types: readonly TypeOverview[] }) {
  const { t } = useTranslation('operator');
  const [type, setType] = useState('');
  const { data } = useQuery(historyQuery(type === '' ? null : type));
  const rows = useMemo(() => (data === undefined ? null : plotRows(data)), [data]);
  const language = currentLanguage();
  const seconds = (value: number) => durationInWords(value, language);
  const secondsInShort = (value: number) => durationInWords(value, language, 'narrow');
  const count = new Intl.NumberFormat(language);
  const isEmpty = rows?.every(({ submitted, succeeded, failed }) => submitted + succeeded + failed === 0);
  return (
    <section aria-labelledby="operator-history">
      <div className={classes.head}>
        <Title order={2} size="h3" id="operator-history">
          {t('history.title')}
        </Title>
        <NativeSelect
          aria-label={t('history.kind')}
          value={type}
          onChange={({ currentTarget }) => setType(currentTarget.value)}
          data={[
            { value: '', label: t('history.all') },
            ...types.map((each) => ({ value: each.type, label: typeTitle(each.type, [each]) })),
          ]}
        />
      </div>
      {isEmpty === true && <Text c="dimmed">{t('history.empty')}</Text>}
      {rows !== null && isEmpty === false && (
        <div className={classes.plots}>
          <Plot
            title={t('history.wait')}
            rows={rows}
            format={seconds}
            axisFormat={secondsInShort}
            lines={[
              { key: 'waitHalf', label: t('history.half'), tone: 'main' },
              { key: 'waitMost', label: t('history.most'), tone: 'side' },
            ]}
          />
          <Plot
            title={t('history.run')}
            rows={rows}
            format={seconds}
            axisFormat={secondsInShort}
            lines={[
              { key: 'runHalf', label: t('history.half'), tone: 'main' },
              { key: 'runMost', label: t('history.most'), tone: 'side' },
            ]}
          />
          <Plot
            title={t('history.photos')}
            rows={rows}
            format={(value) => count.format(value)}
            isCount
            lines={[
              { key: 'submitted', label: t('history.submitted'), tone: 'side' },
              { key: 'succeeded', label: t('history.succeeded'), tone: 'main' },
              { key: 'failed', label: t('history.failed'), tone: 'bad' },
            ]}
          />
        </div>
      )}
    </section>
  );
}
