import { ActionIcon, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../share/copy-text.js';
import classes from './photo.module.css';

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
}

/** What is looked for in other programs, to be copied with one press. */
export function CopyField({ label, value }: CopyFieldProps) {
  const { t } = useTranslation('operator');
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const name = t(isCopied ? 'copy.done' : 'copy.do', { label });
  return (
    <TextInput
      ref={field}
      label={label}
      value={value}
      readOnly
      size="xs"
      classNames={{ input: classes.mono! }}
      rightSection={
        <ActionIcon
          variant="subtle"
          color="gray"
          c="inherit"
          size={28}
          aria-label={name}
          title={name}
          onClick={() => void copyText(field.current!).then(setCopied)}
          onBlur={() => setCopied(false)}
        >
          {isCopied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        </ActionIcon>
      }
    />
  );
}
