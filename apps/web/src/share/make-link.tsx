import { LINK_ACCESS, type LinkAccess, type NewAlbumLinkView } from '@app/contracts';
import { Button, Radio, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconEye, IconPhotoPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makeLink } from '../api/links.js';
import classes from './make-link.module.css';
import { ShareTrouble } from './share-trouble.js';

const ICONS = { view: IconEye, edit: IconPhotoPlus };

/** Asks what a link is to allow, and makes it. */
export function MakeLink({ albumId, onMade }: { albumId: string; onMade: (link: NewAlbumLinkView) => void }) {
  const { t } = useTranslation('share');
  const [access, setAccess] = useState<LinkAccess>('view');
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => makeLink(albumId, access),
    // Whoever presses wants to know, also that there is no network.
    networkMode: 'always',
    onSuccess: onMade,
  });
  return (
    <Stack>
      <Text>{t('intro')}</Text>
      <Radio.Group
        label={t('make.question')}
        value={access}
        onChange={(value) => setAccess(value)}
        classNames={{ label: classes.question }}
      >
        <Stack gap="xs" mt="xs">
          {LINK_ACCESS.map((kind) => {
            const Icon = ICONS[kind];
            return (
              <Radio.Card key={kind} value={kind} className={classes.kind}>
                <Radio.Indicator mt={2} />
                <div>
                  <Text component="span" className={classes.name}>
                    <Icon size={18} stroke={1.6} aria-hidden />
                    {t(`access.${kind}.title`)}
                  </Text>
                  <Text component="span" display="block" size="sm" c="dimmed">
                    {t(`access.${kind}.text`)}
                  </Text>
                </div>
              </Radio.Card>
            );
          })}
        </Stack>
      </Radio.Group>
      {error && <ShareTrouble problem={error} />}
      <Button size="md" loading={isPending} onClick={() => mutate()}>
        {t('make.button')}
      </Button>
    </Stack>
  );
}
