import type { TaskTypeView, TaskView } from '@app/contracts';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPalette } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AnotherLookDialog } from './another-look-dialog.js';

interface AnotherLookProps {
  readonly albumId: string;
  readonly task: TaskView;
  /** Null until they are known. */
  readonly types: readonly TaskTypeView[] | null;
}

/** The same original once more, in other colours or as another kind. */
export function AnotherLook({ albumId, task, types }: AnotherLookProps) {
  const { t } = useTranslation('viewer');
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button
        variant="default"
        size="md"
        leftSection={<IconPalette size={20} />}
        disabled={types === null}
        onClick={open}
      >
        {t('another.open')}
      </Button>
      {types !== null && (
        <AnotherLookDialog albumId={albumId} task={task} types={types} isOpen={isOpen} onClose={close} />
      )}
    </>
  );
}
