import type { AlbumLinkView } from '@app/contracts';
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { endLink } from '../api/links.js';
import classes from './link-list.module.css';
import { ShareTrouble } from './share-trouble.js';

interface LinkRowProps {
  readonly albumId: string;
  readonly link: AlbumLinkView;
  readonly isNewest: boolean;
  readonly onEnded: () => Promise<void>;
}

/** One link of an album. It ends for good and for everybody who has it, so that is asked for twice. */
export function LinkRow({ albumId, link, isNewest, onEnded }: LinkRowProps) {
  const { t, i18n } = useTranslation('share');
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => endLink(albumId, link.id),
    networkMode: 'always',
    onSuccess: onEnded,
  });
  const made = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'long', timeStyle: 'short' }).format(
    new Date(link.created_at),
  );
  return (
    <li className={classes.row}>
      <div>
        <p>{t(`access.${link.access}.title`)}</p>
        <p className={classes.made}>{isNewest ? t('list.made_now') : t('list.made', { date: made })}</p>
      </div>
      {isAsking ? (
        <Group gap="xs">
          <Button color="red" mih={44} loading={isPending} onClick={() => mutate()}>
            {t('list.end_really')}
          </Button>
          <Button variant="default" mih={44} onClick={() => setAsking(false)}>
            {t('list.keep')}
          </Button>
        </Group>
      ) : (
        <Button
          variant="default"
          mih={44}
          aria-label={t('list.end_named', { date: made })}
          onClick={() => setAsking(true)}
        >
          {t('list.end')}
        </Button>
      )}
      {error && <ShareTrouble problem={error} />}
    </li>
  );
}
