import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';

/** What shows where a room has broken down. */
export function RoomTrouble() {
  const { t } = useTranslation('shell');
  const error = useRouteError();
  useEffect(() => console.error(error), [error]);
  return (
    <Stack role="alert" align="flex-start" py="xl" maw="40rem">
      <Title order={1}>{t('trouble.title')}</Title>
      <Text>{t('trouble.why')}</Text>
      <Group>
        <Button size="md" onClick={() => location.reload()}>
          {t('trouble.reload')}
        </Button>
        {/* A link of its own, not the router's: that may be what is in trouble. */}
        <Button size="md" variant="default" component="a" href="#/">
          {t('home')}
        </Button>
      </Group>
    </Stack>
  );
}
