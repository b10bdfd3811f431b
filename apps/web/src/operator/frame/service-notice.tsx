import { Anchor } from '@mantine/core';
import { IconCloudOff, IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isDatabaseAway } from '../../api/api-problem.js';
import { sayProblem } from '../../photo/problem-sentence.js';
import { currentLanguage } from '../../words/words.js';
import { overviewQuery } from '../api/reads.js';
import { serverClock } from '../measure/clock.js';
import classes from './service-notice.module.css';
import { useOperator } from './use-operator.js';

/** Names the reason why a viewer's buttons do nothing. */
export const VIEWER_NOTICE_ID = 'operator-viewer';

/** Says that nothing of what is seen is of this moment, and that somebody may only look. */
export function ServiceNotice() {
  const { t } = useTranslation('operator');
  const { isViewer } = useOperator();
  const { data, error, dataUpdatedAt } = useQuery(overviewQuery());
  useEffect(() => {
    if (data !== undefined) serverClock.learn(data.at);
  }, [data]);
  const time = new Intl.DateTimeFormat(currentLanguage(), { timeStyle: 'medium' });
  return (
    <>
      <div role="status">
        {error !== null && (
          <p className={classes.notice} data-kind="away">
            <IconCloudOff size={20} stroke={1.6} aria-hidden />
            <span>
              {isDatabaseAway(error) ? t('frame.database_away') : sayProblem(error, t)}{' '}
              {dataUpdatedAt > 0 && t('frame.as_of', { time: time.format(dataUpdatedAt) })}{' '}
              {isDatabaseAway(error) && (
                <Anchor component={Link} to="/operator/runbook/databaseslow" inherit underline="always">
                  {t('cause.runbook')}
                </Anchor>
              )}
            </span>
          </p>
        )}
      </div>
      {isViewer && (
        <p className={classes.notice} id={VIEWER_NOTICE_ID}>
          <IconEye size={20} stroke={1.6} aria-hidden />
          <span>{t('viewer.notice')}</span>
        </p>
      )}
    </>
  );
}
