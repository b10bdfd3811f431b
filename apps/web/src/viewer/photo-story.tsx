import type { TaskView } from '@app/contracts';
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readTimeline } from '../api/tasks.js';
import { currentLanguage } from '../words/words.js';
import classes from './photo-panel.module.css';
import { stepSentence } from './step-sentence.js';
import { SupportDetails } from './support-details.js';

/** Every step of the photo in plain words, for those who want to know; read once it is unfolded. */
export function PhotoStory({ task }: { readonly task: TaskView }) {
  const { t } = useTranslation('viewer');
  const [isOpen, setOpen] = useState(false);
  const { data, isError, refetch } = useQuery({
    // Every step has its number: with each one the story is read anew.
    queryKey: ['timeline', task.id, task.seq],
    queryFn: () => readTimeline(task.id),
    enabled: isOpen,
    placeholderData: (before) => before,
    staleTime: Infinity,
    networkMode: 'always',
  });
  const time = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <details className={classes.story} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('story')}</summary>
      {isError && (
        <Text>
          {t('story_missing')}{' '}
          <Button variant="subtle" size="compact-sm" onClick={() => void refetch()}>
            {t('load_again')}
          </Button>
        </Text>
      )}
      {data === undefined && !isError && <Text className={classes.quiet}>{t('story_loading')}</Text>}
      {data !== undefined && (
        <ol>
          {data.map((entry) => (
            <li key={entry.seq}>
              <time dateTime={entry.at}>{time.format(new Date(entry.at))}</time>
              {stepSentence(entry, t)}
            </li>
          ))}
        </ol>
      )}
      {data !== undefined && <SupportDetails task={task} timeline={data} />}
    </details>
  );
}
