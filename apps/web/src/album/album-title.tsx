import type { AlbumView } from '@app/contracts';
import { ActionIcon, TextInput, Title } from '@mantine/core';
import { IconCheck, IconPencil, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renameAlbum } from '../api/albums.js';
import classes from './album-title.module.css';
import { useAct } from './use-act.js';

/** The API takes titles of so many characters. */
const LONGEST_TITLE = 200;

/** The title of an album, which whoever may change the album changes in place. */
export function AlbumTitle({ album }: { album: AlbumView }) {
  const { t } = useTranslation('album');
  const [isEditing, setEditing] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const title = album.title || t('untitled');
  const end = () => {
    setEditing(false);
    // The pencil is back after the next render only.
    requestAnimationFrame(() => pencil.current?.focus());
  };
  return (
    <div className={classes.title}>
      {/* It stays for those who listen: a page has a heading also while that is written. */}
      <Title order={1} className={classes.heading} data-hidden={isEditing || undefined}>
        {title}
      </Title>
      {isEditing && <TitleForm album={album} onEnd={end} />}
      {album.access === 'edit' && !isEditing && (
        <ActionIcon
          ref={pencil}
          variant="subtle"
          color="gray"
          size={44}
          className={classes.pencil}
          aria-label={t('rename.button')}
          onClick={() => setEditing(true)}
        >
          <IconPencil size={22} stroke={1.6} />
        </ActionIcon>
      )}
    </div>
  );
}

function TitleForm({ album, onEnd }: { album: AlbumView; onEnd: () => void }) {
  const { t } = useTranslation('album');
  const act = useAct();
  const [title, setTitle] = useState(album.title);
  const [isBusy, setBusy] = useState(false);
  const [isEmpty, setEmpty] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  // Who has pressed the pencil wants to write.
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const save = async () => {
    const wanted = title.trim();
    setEmpty(wanted === '');
    if (wanted === '') return;
    setBusy(true);
    const isDone =
      wanted === album.title || (await act(async () => void (await renameAlbum(album.id, wanted))));
    setBusy(false);
    if (isDone) onEnd();
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput
        ref={input}
        className={classes.input}
        size="md"
        aria-label={t('rename.label')}
        value={title}
        maxLength={LONGEST_TITLE}
        error={isEmpty && t('rename.empty')}
        disabled={isBusy}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onEnd();
        }}
        onChange={({ currentTarget }) => setTitle(currentTarget.value)}
      />
      <ActionIcon type="submit" size={42} loading={isBusy} aria-label={t('rename.save')}>
        <IconCheck size={20} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={42}
        disabled={isBusy}
        aria-label={t('rename.leave')}
        onClick={onEnd}
      >
        <IconX size={20} />
      </ActionIcon>
    </form>
  );
}
