import { Checkbox, NativeSelect, Table } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ENCODINGS, type Encoding } from './decode-text.js';
import type { Columns } from './find-columns.js';
import styles from './id-list-dialog.module.css';
import type { OpenedList } from './open-list.js';

const PREVIEW_ROWS = 4;

interface IdListColumnsProps {
  list: OpenedList;
  onColumns: (columns: Columns) => void;
  onEncoding: (encoding: Encoding) => void;
}

/** The first rows of a list as they were read, and which columns are meant. */
export function IdListColumns({
  list: { name, encoding, rows, columns },
  onColumns,
  onEncoding,
}: IdListColumnsProps) {
  const { t } = useTranslation('archive');
  const caption = useId();
  const width = Math.max(...rows.map((row) => row.length));
  const numbers = Array.from({ length: width }, (_, index) => index);
  const titleOf = (column: number) =>
    (columns.hasHeader && rows[0]?.[column]) || t('list.column', { number: column + 1 });
  const choices = [
    { value: '', label: t('list.no_column') },
    ...numbers.map((column) => ({ value: String(column), label: titleOf(column) })),
  ];
  const chosen = (value: string) => (value === '' ? null : Number(value));
  const body = rows.slice(columns.hasHeader ? 1 : 0).slice(0, PREVIEW_ROWS);
  return (
    <>
      <div className={styles.columns}>
        <NativeSelect
          label={t('list.name_column')}
          data={choices}
          value={columns.name ?? ''}
          onChange={({ currentTarget }) => onColumns({ ...columns, name: chosen(currentTarget.value) })}
        />
        <NativeSelect
          label={t('list.id_column')}
          data={choices}
          value={columns.ownId ?? ''}
          onChange={({ currentTarget }) => onColumns({ ...columns, ownId: chosen(currentTarget.value) })}
        />
        <NativeSelect
          label={t('list.encoding')}
          data={ENCODINGS.map((value) => ({ value, label: t(`list.encodings.${value}`) }))}
          value={encoding}
          onChange={({ currentTarget }) => onEncoding(currentTarget.value as Encoding)}
        />
      </div>
      <Checkbox
        label={t('list.header')}
        checked={columns.hasHeader}
        onChange={({ currentTarget }) => onColumns({ ...columns, hasHeader: currentTarget.checked })}
      />
      <div className={styles.preview} tabIndex={0} role="region" aria-labelledby={caption}>
        <Table withTableBorder captionSide="top" className={styles.table}>
          <Table.Caption id={caption}>{t('list.preview', { file: name })}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {numbers.map((column) => (
                <Table.Th key={column} scope="col" data-meant={isMeant(columns, column)}>
                  {titleOf(column)}
                  {column === columns.name && <small>{t('list.is_name')}</small>}
                  {column === columns.ownId && <small>{t('list.is_id')}</small>}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {body.map((row, index) => (
              <Table.Tr key={index}>
                {numbers.map((column) => (
                  <Table.Td key={column} data-meant={isMeant(columns, column)}>
                    {row[column]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}

function isMeant({ name, ownId }: Columns, column: number): boolean {
  return column === name || column === ownId;
}
