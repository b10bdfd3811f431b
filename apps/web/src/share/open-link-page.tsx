import { Button, Center, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { ApiProblem } from '../api/api-problem.js';
import { listAlbums } from '../api/albums.js';
import { openLink } from '../api/links.js';
import { beginSession } from '../api/session.js';
import { rememberAlbum } from '../device/my-albums.js';
import { ShareTrouble } from './share-trouble.js';

const TRY_AGAIN_MS = 3000;

/** Opens somebody's link on this device, then goes to its album. */
export function OpenLinkPage() {
  const { t } = useTranslation('share');
  const { t: tShell } = useTranslation('shell');
  const { token = '' } = useParams();
  const navigate = useNavigate();
  const { data, error, failureCount, refetch } = useQuery({
    queryKey: ['open-link', token],
    queryFn: async () => {
      await beginSession();
      const opened = await openLink(token);
      return { ...opened, isOwn: await isOwnAlbum(opened.album_id) };
    },
    staleTime: Infinity,
    networkMode: 'always',
    retry: (_, problem) => problem instanceof ApiProblem && problem.code === 'offline',
    retryDelay: TRY_AGAIN_MS,
  });
  const isGone = error instanceof ApiProblem && ['not_found', 'invalid_request'].includes(error.code);
  const heading = isGone ? t('gone.title') : error ? t('trouble_opening') : t('opening');
  useDocumentTitle(heading);
  useEffect(() => {
    if (!data) return;
    if (!data.isOwn) rememberAlbum({ id: data.album_id, access: data.access });
    void navigate(`/albums/${data.album_id}`, { replace: true });
  }, [data, navigate]);

  if (!error) {
    return (
      <Center mih="50dvh">
        <Stack align="center">
          <Loader aria-hidden />
          <Title order={1} size="h3">
            {heading}
          </Title>
          {failureCount > 0 && <Text role="status">{t('waiting')}</Text>}
        </Stack>
      </Center>
    );
  }
  return (
    <Stack align="flex-start" py="xl" maw="40rem">
      <Title order={1}>{heading}</Title>
      {isGone ? <Text>{t('gone.why')}</Text> : <ShareTrouble problem={error} />}
      <Group>
        {!isGone && (
          <Button size="md" onClick={() => void refetch()}>
            {t('again')}
          </Button>
        )}
        <Button size="md" variant={isGone ? 'filled' : 'default'} component={Link} to="/">
          {tShell('home')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Whoever opens a link to their own album has it still as their own. */
async function isOwnAlbum(albumId: string): Promise<boolean> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listAlbums>> = await listAlbums(cursor);
    if (page.items.some(({ id }) => id === albumId)) return true;
    cursor = page.next_cursor;
  } while (cursor !== null);
  return false;
}
