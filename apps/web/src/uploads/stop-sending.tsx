import { Button, Popover } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './stop-sending.module.css';

/** Takes back everything that is not sent yet, once the person has said so twice. */
export function StopSending({ unsent, onStop }: { unsent: number; onStop: () => void }) {
  const { t } = useTranslation('add');
  const [isAsking, setAsking] = useState(false);
  return (
    <Popover
      opened={isAsking}
      onChange={setAsking}
      position="bottom-end"
      trapFocus
      withArrow
      shadow="md"
      width={300}
    >
      <Popover.Target>
        <Button
          size="sm"
          variant="subtle"
          color="gray"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {t('sending.stop')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.question} aria-label={t('sending.stop')}>
        <p className={classes.sure}>{t('sending.sure', { count: unsent })}</p>
        <p className={classes.why}>{t('sending.sure_why')}</p>
        <div className={classes.answers}>
          <Button size="sm" variant="default" onClick={() => setAsking(false)} data-autofocus>
            {t('sending.sure_no')}
          </Button>
          <Button
            size="sm"
            color="red.9"
            onClick={() => {
              setAsking(false);
              onStop();
            }}
          >
            {t('sending.sure_yes')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
