import { Alert, Button, FileButton, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileImport, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Photo } from '../../photo/photo.js';
import { uploadCenter } from '../../uploads/upload-center.js';
import { IdListColumns } from './id-list-columns.js';
import { IdListReport } from './id-list-report.js';
import styles from './id-list-dialog.module.css';
import { readIdList } from './id-list.js';
import { matchIds, type IdMatch } from './match-ids.js';
import { openList, readList, type ListTrouble, type OpenedList } from './open-list.js';
import { MOST_LIST_BYTES } from './read-table.js';

interface IdListDialogProps {
  albumId: string | null;
  /** All of the album, unfiltered. */
  photos: readonly Photo[];
  onClose: () => void;
}

/** Reads a CSV list of file names and own numbers, shows what fits together, and gives the photos their numbers. */
export function IdListDialog({ albumId, photos, onClose }: IdListDialogProps) {
  const { t } = useTranslation('archive');
  const [list, setList] = useState<OpenedList | null>(null);
  const [trouble, setTrouble] = useState<ListTrouble | null>(null);
  const [isReading, setReading] = useState(false);
  const show = (opened: OpenedList | ListTrouble) => {
    setList(typeof opened === 'string' ? null : opened);
    setTrouble(typeof opened === 'string' ? opened : null);
  };
  const choose = async (file: File | null) => {
    if (file === null) return;
    setReading(true);
    show(await openList(file));
    setReading(false);
  };
  const meant = list && readIdList(list.rows, list.columns);
  const match = meant && matchIds(meant.entries, photos);
  const isUseful = match !== null && match.taking.length + match.missing.length > 0;
  const use = ({ refs, taking, missing }: IdMatch) => {
    uploadCenter.setClientRefs(albumId, refs);
    const said = [
      taking.length > 0 && t('list.used_now', { count: taking.length }),
      missing.length > 0 && t('list.used_later', { count: missing.length }),
    ];
    notifications.show({ title: t('list.used'), message: said.filter(Boolean).join(' ') });
    onClose();
  };
  return (
    <Modal
      opened
      size="xl"
      onClose={onClose}
      title={t('list.title')}
      closeButtonProps={{ 'aria-label': t('list.close') }}
    >
      <Stack>
        {list === null && (
          <>
            <Text>{t('list.intro')}</Text>
            <Text c="var(--quiet)" size="sm">
              {t('list.early')}
            </Text>
          </>
        )}
        {trouble !== null && (
          <Alert color="red" role="alert" icon={<IconInfoCircle aria-hidden />}>
            {t(`list.${trouble}`, { max: MOST_LIST_BYTES / 1024 / 1024 })}
          </Alert>
        )}
        {list && meant && match && (
          <>
            <IdListColumns
              list={list}
              onColumns={(columns) => setList({ ...list, columns })}
              onEncoding={(encoding) => show(readList(list.name, list.bytes, encoding))}
            />
            <IdListReport columns={list.columns} list={meant} match={match} />
          </>
        )}
        <Group justify="flex-end" className={styles.foot}>
          <FileButton accept=".csv,.tsv,.txt,text/csv,text/plain" onChange={(file) => void choose(file)}>
            {(props) => (
              <Button
                {...props}
                variant={list === null ? 'filled' : 'default'}
                loading={isReading}
                leftSection={<IconFileImport size={18} aria-hidden />}
              >
                {t(list === null ? 'list.choose' : 'list.choose_other')}
              </Button>
            )}
          </FileButton>
          {match && (
            <Button disabled={!isUseful} onClick={() => use(match)}>
              {t('list.use')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
