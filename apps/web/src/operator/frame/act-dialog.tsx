import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type PropsWithChildren } from 'react';
import { useTranslation } from 'react-i18next';
import { useTrouble } from './use-trouble.js';

/** What the API takes for a note, and more than anybody reads. */
const LONGEST_NOTE = 500;

interface ActDialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly isGrave?: boolean;
  /** Nothing can be confirmed yet. */
  readonly isBlocked?: boolean;
  readonly onConfirm: (note: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before an act, and for a note to it that goes into the log. Stays open where it did not work. */
export function ActDialog({
  title,
  confirm,
  isGrave = false,
  isBlocked = false,
  onConfirm,
  onClose,
  children,
}: PropsWithChildren<ActDialogProps>) {
  const { t } = useTranslation('operator');
  const tellTrouble = useTrouble();
  const [note, setNote] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [isOpen, setOpen] = useState(true);
  const doIt = async () => {
    setBusy(true);
    try {
      await onConfirm(note);
      setOpen(false);
    } catch (error) {
      tellTrouble(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      opened={isOpen}
      onClose={() => setOpen(false)}
      onExitTransitionEnd={onClose}
      title={title}
      centered
      size="md"
      closeOnClickOutside={false}
      closeOnEscape={!isBusy}
      withCloseButton={false}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void doIt();
        }}
      >
        <Stack gap="md">
          {typeof children === 'string' ? <Text>{children}</Text> : children}
          <Textarea
            label={t('act.note')}
            description={t('act.note_why')}
            value={note}
            maxLength={LONGEST_NOTE}
            autosize
            minRows={2}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)} disabled={isBusy}>
              {t('act.keep')}
            </Button>
            <Button
              type="submit"
              loading={isBusy}
              disabled={isBlocked}
              {...(isGrave && { color: 'var(--bad)', autoContrast: true })}
              data-autofocus
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
