import type { TaskView } from '@app/contracts';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { eraseTask } from '../api/tasks.js';
import classes from './photo-panel.module.css';
import { useDeed } from './use-deed.js';

/** Erasing is for good, so it is asked about once. */
export function ErasePhoto({ task, onErased }: { readonly task: TaskView; readonly onErased: () => void }) {
  const { t } = useTranslation('viewer');
  const [isOpen, { open, close }] = useDisclosure(false);
  const erase = useDeed(
    () => eraseTask(task.id),
    () => {
      close();
      notifications.show({ message: t('erase.done', { name: task.filename }) });
      onErased();
    },
  );
  return (
    <>
      <Button variant="subtle" className={classes.erase} leftSection={<IconTrash size={18} />} onClick={open}>
        {t('erase.open')}
      </Button>
      <Modal opened={isOpen} onClose={close} title={t('erase.title')} centered>
        <Text>{t('erase.what')}</Text>
        {erase.trouble !== null && (
          <Text className={classes.bad} role="alert" mt="sm">
            {erase.trouble}
          </Text>
        )}
        <Group mt="lg" justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t('erase.cancel')}
          </Button>
          <Button color="red" loading={erase.isBusy} onClick={erase.run}>
            {t('erase.go')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
