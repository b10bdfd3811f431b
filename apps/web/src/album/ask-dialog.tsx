import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState, type PropsWithChildren } from 'react';
import classes from './ask-dialog.module.css';
import { useAct } from './use-act.js';

interface AskDialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly keep: string;
  /** Something goes for good. */
  readonly isGrave?: boolean;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. Stays open where it did not work. */
export function AskDialog({
  title,
  confirm,
  keep,
  isGrave = false,
  onConfirm,
  onClose,
  children,
}: PropsWithChildren<AskDialogProps>) {
  const act = useAct();
  const [isBusy, setBusy] = useState(false);
  const [isOpen, setOpen] = useState(true);
  const close = () => setOpen(false);
  const doIt = async () => {
    setBusy(true);
    if (await act(onConfirm)) close();
    setBusy(false);
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      onExitTransitionEnd={onClose}
      title={title}
      centered
      size="md"
      closeOnClickOutside={!isBusy}
      closeOnEscape={!isBusy}
      withCloseButton={false}
      classNames={{ title: classes.title }}
    >
      <Stack gap="sm">
        {children}
        <Group justify="flex-end" mt="md">
          <Button variant="default" size="md" onClick={close} disabled={isBusy} data-autofocus>
            {keep}
          </Button>
          <Button
            size="md"
            className={isGrave ? classes.grave : undefined}
            loading={isBusy}
            onClick={() => void doIt()}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
