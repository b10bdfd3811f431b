import { Button, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** Instead of an album that was erased, whose time is over, or that nobody may see from here. */
export function GoneAlbum() {
  const { t } = useTranslation('album');
  return (
    <Stack align="flex-start" py="xl" maw="40rem">
      <Title order={1}>{t('gone.title')}</Title>
      <Text size="lg">{t('gone.why')}</Text>
      <Button component={Link} to="/" size="md">
        {t('gone.home')}
      </Button>
    </Stack>
  );
}
