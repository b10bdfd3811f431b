import type { NewAlbumLinkView } from '@app/contracts';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconSend } from '@tabler/icons-react';
import { QRCodeSVG } from 'qrcode.react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './copy-text.js';
import { linkAddress } from './link-address.js';
import classes from './made-link.module.css';

interface MadeLinkProps {
  readonly link: NewAlbumLinkView;
  readonly albumTitle: string;
  readonly onAnother: () => void;
}

/** A link that was made just now: to copy, to send, to hold a phone's camera over. Its token is shown this once. */
export function MadeLink({ link, albumTitle, onAnother }: MadeLinkProps) {
  const { t } = useTranslation('share');
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  const address = linkAddress(link.url, location);
  useEffect(() => field.current?.focus(), []);

  return (
    <Stack>
      <Text role="status">{t(`made.${link.access}`)}</Text>
      <TextInput
        ref={field}
        label={t('made.address')}
        value={address}
        readOnly
        size="md"
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group gap="sm">
        <Button
          size="md"
          leftSection={copied === 'yes' ? <IconCheck size={18} /> : <IconCopy size={18} />}
          onClick={() => void copyText(field.current!).then((done) => setCopied(done ? 'yes' : 'no'))}
        >
          {copied === 'yes' ? t('made.copied') : t('made.copy')}
        </Button>
        {canSend(address) && (
          <Button
            size="md"
            variant="default"
            leftSection={<IconSend size={18} />}
            onClick={() => void send()}
          >
            {t('made.send')}
          </Button>
        )}
      </Group>
      <Text role="status" className={copied === 'no' ? undefined : classes.unseen}>
        {copied === 'no' && t('made.copy_by_hand')}
        {copied === 'yes' && t('made.copied')}
      </Text>
      <figure className={classes.code}>
        <QRCodeSVG value={address} size={184} marginSize={3} title={t('made.code_title')} />
        <figcaption>{t('made.code')}</figcaption>
      </figure>
      <Button variant="subtle" onClick={onAnother}>
        {t('made.another')}
      </Button>
    </Stack>
  );

  async function send(): Promise<void> {
    try {
      await navigator.share({ title: albumTitle, url: address });
    } catch (error) {
      // Whoever closes the sheet has changed their mind.
      if (!(error instanceof DOMException && error.name === 'AbortError')) setCopied('no');
    }
  }
}

function canSend(url: string): boolean {
  return typeof navigator.canShare === 'function' && navigator.canShare({ url });
}
