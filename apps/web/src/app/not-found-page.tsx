import { Button, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

export function NotFoundPage() {
  const { t } = useTranslation('shell');
  return (
    <Stack align="flex-start" py="xl" maw="40rem">
      <Title order={1}>{t('not_found.title')}</Title>
      <Text>{t('not_found.why')}</Text>
      <Button component={Link} to="/" size="md">
        {t('home')}
      </Button>
    </Stack>
  );
}
