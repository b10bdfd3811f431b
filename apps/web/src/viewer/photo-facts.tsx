import type { TaskPicture, TaskTypeView, TaskView } from '@app/contracts';
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { kindTitle } from '../choose/kind-words.js';
import { whyOf } from '../choose/why-memory.js';
import { whyThisKind } from '../choose/why-this-kind.js';
import { currentLanguage } from '../words/words.js';
import { sizeInWords } from './file-size.js';
import classes from './photo-panel.module.css';

interface PhotoFactsProps {
  readonly task: TaskView;
  readonly types: readonly TaskTypeView[] | null;
}

/** Sizes, dates, and the names that an archive gave it. */
export function PhotoFacts({ task, types }: PhotoFactsProps) {
  const { t } = useTranslation(['viewer', 'choose']);
  const why = whyOf(task.id);
  const language = currentLanguage();
  const number = new Intl.NumberFormat(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long' });
  const pixels = ({ width, height, bytes }: TaskPicture) =>
    t('pixels', {
      width: number.format(width),
      height: number.format(height),
      size: sizeInWords(bytes, language),
    });
  const facts = [
    { name: t('fact.kind'), value: types === null ? null : kindTitle(task.type, types, language) },
    { name: t('fact.new'), value: task.output && pixels(task.output) },
    { name: t('fact.original'), value: pixels(task.input) },
    { name: t('fact.own_name'), value: task.client_ref },
    { name: t('fact.added'), value: day.format(new Date(task.created_at)) },
    { name: t('fact.erased'), value: day.format(new Date(task.expires_at)) },
  ].filter(({ value }) => value !== null);
  return (
    <div className={classes.facts}>
      <Title order={2} size="h5">
        {t('facts')}
      </Title>
      <dl>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {why !== null && <p className={classes.quiet}>{whyThisKind(why, t)}</p>}
    </div>
  );
}
