import type { OverviewView, PauseView } from '@app/contracts';
import { Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
  IconPlayerPause,
  type Icon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PauseButton } from '../frame/pause-button.js';
import { standingOf } from './cause-weight.js';
import classes from './flow-headline.module.css';

const ICONS: Record<ReturnType<typeof standingOf> | 'unknown', Icon> = {
  flows: IconCircleCheck,
  watch: IconAlertTriangle,
  paused: IconPlayerPause,
  some: IconAlertTriangle,
  all: IconCircleX,
  unknown: IconHelpCircle,
};

interface FlowHeadlineProps {
  readonly overview: OverviewView;
  /** It is of a while ago: nobody knows how things stand now. */
  readonly isOld: boolean;
  /** Null while photos are taken in. */
  readonly intake: PauseView | null;
}

/** Whether photos flow, in a sentence that is read from across the room. */
export function FlowHeadline({ overview, isOld, intake }: FlowHeadlineProps) {
  const { t } = useTranslation('operator');
  const standing = isOld ? 'unknown' : standingOf(overview.causes);
  const Sign = ICONS[standing];
  const sum = (of: (type: OverviewView['types'][number]) => number) =>
    overview.types.reduce((total, type) => total + of(type), 0);
  return (
    <section className={classes.headline} data-standing={standing}>
      <Sign className={classes.sign} size={44} stroke={1.5} aria-hidden />
      <div className={classes.words}>
        <Title order={1} className={classes.title}>
          {t(`flow.${standing}`)}
        </Title>
        {/* Every few seconds it says other numbers: for the eye. Who listens finds them at the kinds. */}
        <p className={classes.numbers}>
          <span>{t('flow.waiting', { count: sum(({ waiting }) => waiting) })}</span>
          <span>{t('flow.running', { count: sum(({ running }) => running) })}</span>
          <span>
            {t('flow.finished', { count: sum((type) => type.finished_last_hour - type.failed_last_hour) })}
          </span>
          <span>{t('flow.failed', { count: sum((type) => type.failed_last_hour) })}</span>
        </p>
      </div>
      <PauseButton scope="intake" name={null} title={t('intake.title')} pause={intake} />
    </section>
  );
}
