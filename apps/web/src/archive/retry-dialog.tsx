import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Photo } from '../photo/photo.js';
import { canRetry } from '../photo/photo-counts.js';
import { groupFailures, type FailureGroup, type FailureReason } from './group-failures.js';
import { usePhotoActions } from './use-photo-actions.js';

interface RetryDialogProps {
  albumId: string;
  /** All of the album, unfiltered. */
  photos: readonly Photo[];
  onClose: () => void;
}

/** The failed photos of an album by their reason, to try again those that a person chooses. */
export function RetryDialog({ albumId, photos, onClose }: RetryDialogProps) {
  const { t } = useTranslation('archive');
  const groups = groupFailures(photos);
  const [choice, setChoice] = useState<ReadonlyMap<FailureReason, boolean>>(new Map());
  const { isBusy, retry } = usePhotoActions(albumId);
  const isMeant = (group: FailureGroup) => choice.get(group.reason) ?? mayHelp(group);
  const meant = groups.filter(isMeant).flatMap((group) => group.photos);
  const failed = groups.reduce((sum, group) => sum + group.photos.length, 0);
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      title={t('retry.title')}
      closeButtonProps={{ 'aria-label': t('retry.close') }}
    >
      <Stack>
        <Text>{failed > 0 ? t('retry.intro', { count: failed }) : t('retry.empty')}</Text>
        {groups.map((group) => (
          <Checkbox
            key={group.reason}
            size="md"
            checked={isMeant(group)}
            onChange={({ currentTarget }) =>
              setChoice(new Map([...choice, [group.reason, currentTarget.checked]]))
            }
            label={t('retry.group', {
              number: group.photos.length,
              reason: t(`reason.${group.reason}`),
            })}
            {...(!mayHelp(group) && { description: t('retry.unlikely') })}
          />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('retry.close')}
          </Button>
          {failed > 0 && (
            <Button
              disabled={meant.length === 0}
              loading={isBusy}
              onClick={() => void retry(meant).then(onClose)}
            >
              {meant.length === 0 ? t('retry.none') : t('retry.confirm', { count: meant.length })}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

/** What is wrong with the file itself does not change by another try; who wants one all the same may have it. */
function mayHelp({ photos }: FailureGroup): boolean {
  return photos.some(canRetry);
}
