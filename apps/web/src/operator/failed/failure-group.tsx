import type { FailureGroupView, TaskMatch, TypeOverview } from '@app/contracts';
import { Button, Text, Title } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Ago } from '../measure/moments.js';
import { typeTitle } from '../measure/type-title.js';
import { Thumbnail } from '../pictures/thumbnail.js';
import { ChooseTasks } from './choose-tasks.js';
import classes from './failed.module.css';
import { OperationButtons } from './operation-buttons.js';

interface FailureGroupProps {
  readonly group: FailureGroupView;
  /** What the groups are of. */
  readonly filter: Pick<TaskMatch, 'from' | 'type'>;
  readonly types: readonly TypeOverview[];
}

/** Photos that failed for one reason: how many, what they look like, and what to do with all or some of them. */
export function FailureGroup({ group, filter, types }: FailureGroupProps) {
  const { t } = useTranslation('operator');
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { code, count, sample_ids: samples } = group;
  const match: TaskMatch = { ...filter, state: 'failed', failure: code };
  return (
    <section className={classes.group} aria-labelledby={id}>
      <div className={classes.what}>
        <Title order={2} size="h4" id={id}>
          {t('failed.group', { count, reason: t(`reason.${code}.what`) })}
        </Title>
        <Text>{t(`reason.${code}.todo`)}</Text>
        <Text size="sm" c="dimmed">
          <code>{code}</code> · {group.types.map((type) => typeTitle(type, types)).join(', ')} ·{' '}
          {t('failed.last')} <Ago at={group.last_at} />
        </Text>
      </div>
      <ul className={classes.samples} aria-label={t('failed.samples')}>
        {samples.map((sample, index) => (
          <li key={sample}>
            <Link
              to={`/operator/photos/${sample}`}
              aria-label={t('failed.sample', { count: index + 1, ordinal: true })}
            >
              <Thumbnail taskId={sample} alt="" />
            </Link>
          </li>
        ))}
      </ul>
      <div className={classes.acts}>
        <OperationButtons match={match} count={count} title={t(`reason.${code}.what`)} />
        <Button
          size="xs"
          variant="subtle"
          aria-expanded={isOpen}
          rightSection={
            isOpen ? <IconChevronUp size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />
          }
          onClick={() => setOpen(!isOpen)}
        >
          {t(isOpen ? 'failed.close' : 'failed.choose')}
        </Button>
      </div>
      {isOpen && <ChooseTasks match={match} title={t(`reason.${code}.what`)} types={types} />}
    </section>
  );
}
