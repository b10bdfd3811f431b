import type { CauseView, PauseView, TypeOverview } from '@app/contracts';
import { Anchor, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleX, IconEye, IconPlayerPause, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { typeTitle } from '../measure/type-title.js';
import { Ago } from '../measure/moments.js';
import classes from './cause-list.module.css';
import { causeWords } from './cause-words.js';
import { weightOf, type CauseWeight } from './cause-weight.js';

const SIGNS: Record<CauseWeight, Icon> = {
  all: IconCircleX,
  some: IconAlertTriangle,
  paused: IconPlayerPause,
  watch: IconEye,
};

interface CauseCardProps {
  readonly cause: CauseView;
  readonly pauses: readonly PauseView[];
  readonly types: readonly TypeOverview[];
}

/** One reason: what it is, since when, what to do, and where the runbook goes on. */
export function CauseCard({ cause, pauses, types }: CauseCardProps) {
  const { t } = useTranslation('operator');
  const { code, subject, since, detail, runbook } = cause;
  const { what, todo } = causeWords(cause, typeTitle(subject ?? '', types), t);
  const weight = weightOf(code);
  const Sign = SIGNS[weight];
  const place = placeOf(cause);
  const pause = pauses.find(({ scope, name }) => code === `${scope}_paused` && name === subject);
  return (
    <li className={classes.cause} data-weight={weight}>
      <p className={classes.what}>
        <Sign className={classes.sign} size={20} stroke={1.8} aria-hidden />
        {what}
        {since !== null && (
          <span className={classes.since}>
            <Ago at={since} />
          </span>
        )}
      </p>
      <Text className={classes.todo}>{todo}</Text>
      {pause !== undefined && (
        <Text size="sm" c="dimmed">
          {pause.note === null
            ? t('pause.by', { name: pause.by.name })
            : t('pause.by_note', { name: pause.by.name, note: pause.note })}
        </Text>
      )}
      {detail !== null && pause === undefined && (
        <Text size="sm" c="dimmed" lang="en" className={classes.detail}>
          {detail}
        </Text>
      )}
      <p className={classes.ways}>
        {place !== undefined && (
          <Anchor component={Link} to={place.to} size="sm">
            {t(`cause.see.${place.view}`)}
          </Anchor>
        )}
        <Anchor component={Link} to={`/operator/runbook/${encodeURIComponent(runbook)}`} size="sm">
          {t('cause.runbook')}
        </Anchor>
      </p>
    </li>
  );
}

/** Where on this page more of it is seen. */
function placeOf({ code, subject }: CauseView) {
  switch (code) {
    case 'photos_failing':
      return { view: 'failed', to: '/operator/failed' } as const;
    case 'deliveries_failing':
      return { view: 'deliveries', to: '/operator/deliveries' } as const;
    case 'workflow_problem':
      return { view: 'workflows', to: '/operator/workflows' } as const;
    case 'no_worker':
    case 'waiting_too_long':
      return {
        view: 'photos',
        to: `/operator/photos?state=queued&type=${encodeURIComponent(subject ?? '')}`,
      } as const;
    default:
      return undefined;
  }
}
