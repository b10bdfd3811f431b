import { Button, CloseButton, SegmentedControl, TextInput, VisuallyHidden } from '@mantine/core';
import { IconChecks, IconLayoutGrid, IconList, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Photo } from '../photo/photo.js';
import styles from './gallery-toolbar.module.css';
import { findRenamed } from './chosen-photos.js';
import { countStates, EVERY_PHOTO, filterPhotos } from './photo-filter.js';
import { StateFilter } from './state-filter.js';
import type { GallerySelection, GalleryTools } from './use-gallery-tools.js';
import { useSelectionKeys } from './use-selection-keys.js';

/** With fewer photos all of them are seen at a glance, and tools would only be in the way. */
export const MANY_PHOTOS = 9;

interface GalleryToolbarProps {
  /** All of the album, unfiltered. */
  photos: readonly Photo[];
  tools: GalleryTools;
}

/** Finding, laying out and choosing photos. Empty for a small album where no tool is in use. */
export function GalleryToolbar({ photos, tools }: GalleryToolbarProps) {
  const { filter, view, selection } = tools;
  const isInUse = filter.state !== 'all' || filter.text !== '' || selection.isOn || view === 'list';
  return photos.length >= MANY_PHOTOS || (photos.length > 0 && isInUse) ? (
    <Tools photos={photos} tools={tools} />
  ) : null;
}

function Tools({ photos, tools }: GalleryToolbarProps) {
  const { t } = useTranslation('archive');
  const { filter, setFilter, view, setView, selection } = tools;
  const shown = filterPhotos(photos, filter);
  const isFiltered = shown !== photos;
  const chooseButton = useRef<HTMLButtonElement>(null);
  useSelectionKeys(shown, tools);
  useSentSelection(photos, selection);
  useFocusAfter(selection.isOn, chooseButton);
  return (
    <section className={styles.bar} aria-label={t('tools')}>
      <StateFilter
        counts={countStates(photos)}
        state={filter.state}
        onChange={(state) => setFilter({ ...filter, state })}
      />
      <div className={styles.end}>
        <TextInput
          className={styles.find}
          type="search"
          radius="xl"
          aria-label={t('find.label')}
          placeholder={t('find.short')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            filter.text === '' ? null : (
              <CloseButton
                size="sm"
                aria-label={t('find.clear')}
                onClick={() => setFilter({ ...filter, text: '' })}
              />
            )
          }
          value={filter.text}
          onChange={({ currentTarget }) => setFilter({ ...filter, text: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || filter.text === '') return;
            event.stopPropagation();
            setFilter({ ...filter, text: '' });
          }}
        />
        <SegmentedControl
          className={styles.view}
          radius="xl"
          aria-label={t('view.label')}
          value={view}
          onChange={setView}
          data={[
            { value: 'grid', label: <ViewLabel icon={IconLayoutGrid} words={t('view.grid')} /> },
            { value: 'list', label: <ViewLabel icon={IconList} words={t('view.list')} /> },
          ]}
        />
        <Button
          ref={chooseButton}
          className={styles.choose}
          variant={selection.isOn ? 'filled' : 'default'}
          radius="xl"
          leftSection={<IconChecks size={18} aria-hidden />}
          aria-pressed={selection.isOn}
          onClick={() => selection.setOn(!selection.isOn)}
        >
          {t(selection.isOn ? 'choose_end' : 'choose')}
        </Button>
      </div>
      <p className={isFiltered ? styles.shown : styles.unseen} role="status">
        {isFiltered && t('shown', { shown: shown.length, count: photos.length })}
      </p>
      {isFiltered && shown.length === 0 && (
        <div className={styles.nothing}>
          <p>{t('none_shown')}</p>
          <Button variant="light" onClick={() => setFilter(EVERY_PHOTO)}>
            {t('show_all')}
          </Button>
        </div>
      )}
    </section>
  );
}

function ViewLabel({ icon: Icon, words }: { icon: typeof IconList; words: string }) {
  return (
    <span className={styles.label} title={words}>
      <Icon size={18} aria-hidden />
      <VisuallyHidden>{words}</VisuallyHidden>
    </span>
  );
}

/** What is chosen stays chosen while it is sent. */
function useSentSelection(photos: readonly Photo[], selection: GallerySelection): void {
  useEffect(() => {
    if (selection.keys.size === 0) return;
    const renamed = findRenamed(photos, selection.keys);
    if (renamed.size > 0) selection.rename(renamed);
  }, [photos, selection]);
}

/** When choosing ends, the bar that had the focus is gone; it comes back to where choosing began. */
function useFocusAfter(isOn: boolean, button: React.RefObject<HTMLButtonElement | null>): void {
  const wasOn = useRef(isOn);
  useEffect(() => {
    if (wasOn.current && !isOn && document.activeElement === document.body) button.current?.focus();
    wasOn.current = isOn;
  }, [isOn, button]);
}
