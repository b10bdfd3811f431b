import { Button, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { sayProblem } from '../../photo/problem-sentence.js';
import { overviewQuery, tasksQuery } from '../api/reads.js';
import { MoreButton } from '../frame/more-button.js';
import { FilterFields } from './filter-fields.js';
import { readFilter, SEARCH_FIELDS, toMatch, type SearchField } from './search-filter.js';
import classes from './search.module.css';
import { TaskRow } from './task-row.js';

/** Between two letters of somebody who types. */
const TYPING_MS = 300;

/** Photos of everybody, by anything that somebody may know of one. What is searched for stands in the address. */
export function SearchView() {
  const { t } = useTranslation('operator');
  const [query, setQuery] = useSearchParams();
  const filter = readFilter(query);
  const [typed, setTyped] = useState(filter.q);
  const list = useInfiniteQuery(tasksQuery(toMatch(filter)));
  const { data: overview } = useQuery(overviewQuery());
  const types = overview?.types ?? [];
  const change = (field: SearchField, value: string) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before);
        if (value.trim() === '') next.delete(field);
        else next.set(field, value.trim());
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const search = useDebouncedCallback((value: string) => change('q', value), TYPING_MS);
  const tasks = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const isFiltered = SEARCH_FIELDS.some((field) => filter[field] !== '');
  return (
    <div className={classes.view}>
      <Title order={1}>{t('search.title')}</Title>
      <search className={classes.search}>
        <TextInput
          className={classes.field}
          size="md"
          type="search"
          label={t('search.label')}
          placeholder={t('search.hint')}
          leftSection={<IconSearch size={18} stroke={1.6} aria-hidden />}
          value={typed}
          maxLength={200}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            search(currentTarget.value);
          }}
        />
        <FilterFields filter={filter} types={types} onChange={change} />
        {isFiltered && (
          <Button
            variant="subtle"
            onClick={() => {
              setTyped('');
              setQuery({}, { replace: true });
            }}
          >
            {t('search.clear')}
          </Button>
        )}
      </search>
      {list.isPending && <Skeleton h="12rem" radius="md" />}
      {list.error !== null && tasks.length === 0 && <Text c="var(--bad)">{sayProblem(list.error, t)}</Text>}
      {list.isSuccess && tasks.length === 0 && !list.hasNextPage && (
        <Text c="dimmed">{t(isFiltered ? 'search.nothing' : 'search.empty')}</Text>
      )}
      {tasks.length > 0 && (
        <ul className={classes.rows} aria-label={t('search.found')} aria-busy={list.isPlaceholderData}>
          {tasks.map((task) => (
            <li key={task.id}>
              <TaskRow task={task} types={types} />
            </li>
          ))}
        </ul>
      )}
      <MoreButton list={list} />
    </div>
  );
}
