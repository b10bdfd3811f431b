import type { AlbumView, NewAlbumLinkView } from '@app/contracts';
import { Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/api-problem.js';
import { listLinks } from '../api/links.js';
import { LinkList } from './link-list.js';
import { MadeLink } from './made-link.js';
import { MakeLink } from './make-link.js';
import { ShareTrouble } from './share-trouble.js';

interface ShareDialogProps {
  readonly album: AlbumView;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** It is no more to be seen; whoever goes by the keyboard has to be somewhere. */
  readonly onClosed: () => void;
}

/** Where the owner of an album makes links to it, and ends them. */
export function ShareDialog({ album, opened, onClose, onClosed }: ShareDialogProps) {
  const { t } = useTranslation('share');
  const queries = useQueryClient();
  const [made, setMade] = useState<NewAlbumLinkView | null>(null);
  const queryKey = ['links', album.id];
  const { data: links, error } = useQuery({
    queryKey,
    queryFn: () => listLinks(album.id),
    staleTime: 0,
    retry: (failures, problem) => !isNotTheirs(problem) && failures < 2,
    enabled: opened,
  });
  const again = () => queries.invalidateQueries({ queryKey });

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={onClosed}
      returnFocus={false}
      title={t('title')}
      closeButtonProps={{ 'aria-label': t('close'), size: 44 }}
    >
      {isNotTheirs(error) ? (
        <Text>{t('not_yours')}</Text>
      ) : (
        <Stack gap="lg">
          {made === null ? (
            <MakeLink
              albumId={album.id}
              onMade={(link) => {
                setMade(link);
                void again();
              }}
            />
          ) : (
            <MadeLink link={made} albumTitle={album.title} onAnother={() => setMade(null)} />
          )}
          {error && links === undefined && <ShareTrouble problem={error} />}
          {links !== undefined && links.length > 0 && (
            <LinkList
              albumId={album.id}
              links={links}
              newest={made?.id ?? null}
              onEnded={(id) => {
                if (made?.id === id) setMade(null);
                return again();
              }}
            />
          )}
        </Stack>
      )}
    </Modal>
  );
}

/** Somebody else's album that may be changed here, but not shared. */
function isNotTheirs(problem: Error | null): boolean {
  return (
    problem instanceof ApiProblem && ['forbidden', 'unauthorized', 'read_only_link'].includes(problem.code)
  );
}
