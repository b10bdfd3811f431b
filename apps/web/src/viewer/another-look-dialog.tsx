import type { TaskTypeView, TaskView } from '@app/contracts';
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { readOriginal } from '../api/tasks.js';
import { kindDescription, kindTitle } from '../choose/kind-words.js';
import { LookChooser } from '../choose/look-chooser.js';
import { offeredTypes } from '../choose/offered-types.js';
import { uploadCenter } from '../uploads/upload-center.js';
import { currentLanguage } from '../words/words.js';
import { choiceOf } from './choice-of-task.js';
import classes from './photo-panel.module.css';
import { useDeed } from './use-deed.js';

interface AnotherLookDialogProps {
  readonly albumId: string;
  readonly task: TaskView;
  readonly types: readonly TaskTypeView[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Which look: the kind of photo, and what its kind lets one choose. */
export function AnotherLookDialog({ albumId, task, types, isOpen, onClose }: AnotherLookDialogProps) {
  const { t } = useTranslation('viewer');
  const offered = offeredTypes(types);
  const [choice, setChoice] = useState(() => choiceOf(task, offered));
  const navigate = useNavigate();
  const chosen = offered.find(({ type }) => type === choice.type);
  const language = currentLanguage();
  const make = useDeed(
    // The album has it already, on purpose.
    async () => uploadCenter.add(albumId, [await readOriginal(task)], choice, { isWantedTwice: true }),
    () => {
      onClose();
      void navigate(`/albums/${albumId}`);
      notifications.show({ message: t('another.done', { name: task.filename }) });
    },
  );
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('another.title')} centered size="lg">
      <Stack gap="lg">
        <Text>{t('another.intro')}</Text>
        <Select
          label={t('another.kind')}
          data={offered.map(({ type }) => ({ value: type, label: kindTitle(type, types, language) }))}
          value={choice.type}
          description={kindDescription(choice.type, types, language)}
          inputWrapperOrder={['label', 'input', 'description']}
          allowDeselect={false}
          onChange={(type) => type !== null && setChoice({ type, parameters: {} })}
        />
        {chosen !== undefined && (
          <LookChooser
            type={chosen}
            parameters={choice.parameters}
            onChange={(parameters) => setChoice({ ...choice, parameters })}
          />
        )}
        {make.trouble !== null && (
          <Text className={classes.bad} role="alert">
            {t('another.failed', { why: make.trouble })}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('another.cancel')}
          </Button>
          <Button loading={make.isBusy} onClick={make.run}>
            {t('another.go')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
