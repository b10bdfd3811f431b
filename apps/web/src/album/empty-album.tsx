import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ArchiveMenu } from '../archive/archive-menu.js';
import { ChooseKind } from '../choose/choose-kind.js';
import type { Photo } from '../photo/photo.js';
import { AddPhotos } from '../uploads/add-photos.js';

const NO_PHOTOS: readonly Photo[] = [];

interface EmptyAlbumProps {
  readonly albumId: string | null;
  readonly mayChange: boolean;
}

/** An album without photos invites to add the first ones. */
export function EmptyAlbum({ albumId, mayChange }: EmptyAlbumProps) {
  const { t } = useTranslation('album');
  return (
    <Stack gap="md" py="md">
      <div>
        <Title order={2} size="h3">
          {t('empty.title')}
        </Title>
        <Text c="dimmed" size="lg">
          {t(mayChange ? 'empty.what' : 'empty.view_only')}
        </Text>
      </div>
      {mayChange && (
        <>
          <AddPhotos albumId={albumId} variant="hero" />
          <ChooseKind />
          <ArchiveMenu albumId={albumId} photos={NO_PHOTOS} />
        </>
      )}
    </Stack>
  );
}
