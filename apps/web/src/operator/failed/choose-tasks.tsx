import { MOST_NAMED_TASKS, type TaskMatch, type TypeOverview } from '@app/contracts';
import { Checkbox, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tasksQuery } from '../api/reads.js';
import { MoreButton } from '../frame/more-button.js';
import { TaskRow } from '../search/task-row.js';
import classes from './failed.module.css';
import { OperationButtons } from './operation-buttons.js';

interface ChooseTasksProps {
  readonly match: TaskMatch;
  readonly title: string;
  readonly types: readonly TypeOverview[];
}

/** The photos of a group one by one, to choose some of them. */
export function ChooseTasks({ match, title, types }: ChooseTasksProps) {
  const { t } = useTranslation('operator');
  const list = useInfiniteQuery(tasksQuery(match));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const tasks = list.data?.pages.flatMap(({ items }) => items) ?? [];
  // What is not failed any more is not chosen any more.
  const ids = tasks.map(({ id }) => id).filter((id) => chosen.has(id));
  const isAll = ids.length === tasks.length && tasks.length > 0;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <div className={classes.choose}>
      <div className={classes.chosen}>
        <Checkbox
          label={t('failed.choose_all', { count: tasks.length })}
          checked={isAll}
          indeterminate={ids.length > 0 && !isAll}
          onChange={() => setChosen(new Set(isAll ? [] : tasks.map(({ id }) => id)))}
        />
        {ids.length > 0 && ids.length <= MOST_NAMED_TASKS && (
          <OperationButtons match={{ task_ids: ids }} count={ids.length} title={title} />
        )}
        {ids.length > MOST_NAMED_TASKS && <Text c="dimmed">{t('failed.too_many')}</Text>}
      </div>
      <ul className={classes.rows}>
        {tasks.map((task) => (
          <li key={task.id} className={classes.choosable}>
            <Checkbox
              aria-label={t('failed.choose_one', { name: task.filename })}
              checked={chosen.has(task.id)}
              onChange={() => toggle(task.id)}
            />
            <TaskRow task={task} types={types} />
          </li>
        ))}
      </ul>
      <MoreButton list={list} />
    </div>
  );
}
