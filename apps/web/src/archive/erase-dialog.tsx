import { Alert, Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eraseTask } from '../api/tasks.js';
import type { Photo } from '../photo/photo.js';
import { sayProblem } from '../photo/problem-sentence.js';
import { uploadCenter } from '../uploads/upload-center.js';
import { eachPhoto, type EachOutcome } from './each-photo.js';
import { stateOf } from './photo-filter.js';

interface EraseDialogProps {
  /** As they were when the question was asked. */
  photos: readonly Photo[];
  onClose: () => void;
  /** All of them are erased. */
  onErased: () => void;
}

/** Asks before many photos are erased, shows how far it is, and what could not be erased. */
export function EraseDialog({ photos, onClose, onErased }: EraseDialogProps) {
  const { t } = useTranslation('archive');
  const [done, setDone] = useState<number | null>(null);
  const [outcome, setOutcome] = useState<EachOutcome | null>(null);
  const [asked, setAsked] = useState(photos);
  const halt = useRef<AbortController | null>(null);
  const isBusy = done !== null;
  const erase = async (some: readonly Photo[]) => {
    halt.current = new AbortController();
    setAsked(some);
    setOutcome(null);
    setDone(0);
    const result = await eachPhoto(some, eraseOne, { onProgress: setDone, signal: halt.current.signal });
    setDone(null);
    if (result.done > 0) notifications.show({ message: t('told.erased', { count: result.done }) });
    if (result.left.length > 0) setOutcome(result);
    else {
      onClose();
      onErased();
    }
  };
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      title={t('erase.title', { count: asked.length })}
      closeOnClickOutside={!isBusy}
      closeOnEscape={!isBusy}
      withCloseButton={!isBusy}
      closeButtonProps={{ 'aria-label': t('erase.close') }}
    >
      <Stack>
        {outcome === null ? <Consequences photos={asked} /> : <Left outcome={outcome} />}
        {isBusy && (
          <div>
            <Progress value={(done / asked.length) * 100} aria-label={t('erase.progress_of')} mb="xs" />
            <Text size="sm" c="var(--quiet)">
              {t('erase.progress', { done, total: asked.length })}
            </Text>
          </div>
        )}
        <Group justify="flex-end">
          {isBusy ? (
            <Button variant="default" onClick={() => halt.current?.abort()}>
              {t('erase.halt')}
            </Button>
          ) : (
            <>
              <Button variant="default" data-autofocus onClick={onClose}>
                {t(outcome === null ? 'erase.keep' : 'erase.close')}
              </Button>
              <Button color="red" onClick={() => void erase(outcome?.left ?? asked)}>
                {outcome === null ? t('erase.confirm', { count: asked.length }) : t('erase.left_again')}
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Consequences({ photos }: { photos: readonly Photo[] }) {
  const { t } = useTranslation('archive');
  const count = (...states: readonly string[]) =>
    photos.filter((photo) => states.includes(stateOf(photo))).length;
  const [underWay, ready, unsent] = [count('waiting', 'working'), count('ready'), count('unsent')];
  return (
    <>
      <Text>{t('erase.what')}</Text>
      {ready > 0 && <Text>{t('erase.not_saved', { count: ready })}</Text>}
      {underWay > 0 && <Text>{t('erase.under_way', { count: underWay })}</Text>}
      {unsent > 0 && <Text>{t('erase.unsent', { count: unsent })}</Text>}
    </>
  );
}

function Left({ outcome: { left, problem } }: { outcome: EachOutcome }) {
  const { t } = useTranslation(['archive', 'problem']);
  return (
    <Alert color="red" role="alert" title={t('archive:erase.left', { count: left.length })}>
      {problem !== null && sayProblem(problem, t)}
    </Alert>
  );
}

/** What was not sent yet is only taken back. */
async function eraseOne({ task, uploadId }: Photo): Promise<void> {
  if (task !== null) await eraseTask(task.id);
  else if (uploadId !== null) uploadCenter.cancel(uploadId);
}
