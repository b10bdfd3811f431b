import { FAILURE_CODES, TASK_STATES, type TypeOverview } from '@app/contracts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { typeTitle } from '../measure/type-title.js';
import { DISCARDED, isSound, type SearchField, type SearchFilter } from './search-filter.js';
import classes from './search.module.css';

interface FilterFieldsProps {
  readonly filter: SearchFilter;
  readonly types: readonly TypeOverview[];
  readonly onChange: (field: SearchField, value: string) => void;
}

/** What a search is narrowed by. */
export function FilterFields({ filter, types, onChange }: FilterFieldsProps) {
  const { t } = useTranslation('operator');
  const choices = {
    state: ([...TASK_STATES, DISCARDED] as const).map((value) => ({ value, label: t(`state.${value}`) })),
    type: types.map(({ type: value }) => ({ value, label: typeTitle(value, types) })),
    failure: FAILURE_CODES.map((value) => ({ value, label: t(`reason.${value}.what`) })),
  };
  return (
    <>
      {(['state', 'type', 'failure'] as const).map((field) => (
        <NativeSelect
          key={field}
          className={classes.filter}
          label={t(`search.${field}`)}
          value={filter[field]}
          onChange={({ currentTarget }) => onChange(field, currentTarget.value)}
          data={[{ value: '', label: t('search.any') }, ...choices[field]]}
        />
      ))}
      {(['from', 'to'] as const).map((field) => (
        <TextInput
          key={field}
          className={classes.filter}
          type="date"
          label={t(`search.${field}`)}
          value={filter[field]}
          onChange={({ currentTarget }) => onChange(field, currentTarget.value)}
        />
      ))}
      {(['album', 'owner'] as const).map((field) => (
        <TextInput
          key={field}
          className={classes.filter}
          label={t(`search.${field}`)}
          value={filter[field]}
          error={isSound(field, filter[field]) ? null : t('search.no_id')}
          onChange={({ currentTarget }) => onChange(field, currentTarget.value)}
        />
      ))}
    </>
  );
}
