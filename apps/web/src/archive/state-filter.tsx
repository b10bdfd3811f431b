import { NativeSelect, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PHOTO_STATES, type PhotoState } from './photo-filter.js';
import styles from './state-filter.module.css';

interface StateFilterProps {
  counts: Readonly<Record<PhotoState, number>>;
  state: PhotoState;
  onChange: (state: PhotoState) => void;
}

/** The states that photos of the album are in, with their numbers: a row of buttons, on phones a select. */
export function StateFilter({ counts, state: current, onChange }: StateFilterProps) {
  const { t } = useTranslation('archive');
  const states = PHOTO_STATES.filter((state) => state === 'all' || state === current || counts[state] > 0);
  return (
    <>
      <div className={styles.row} role="group" aria-label={t('state.label')}>
        {states.map((state) => (
          <UnstyledButton
            key={state}
            className={styles.chip}
            aria-pressed={state === current}
            onClick={() => onChange(state)}
          >
            {t(`state.${state}`)} <span className={styles.count}>{counts[state]}</span>
          </UnstyledButton>
        ))}
      </div>
      <NativeSelect
        className={styles.select}
        size="md"
        radius="xl"
        aria-label={t('state.label')}
        value={current}
        onChange={({ currentTarget }) => onChange(currentTarget.value as PhotoState)}
        data={states.map((state) => ({
          value: state,
          label: t('state.with_count', { state: t(`state.${state}`), number: counts[state] }),
        }))}
      />
    </>
  );
}
