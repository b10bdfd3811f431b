import { Anchor, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiProblem } from '../../api/api-problem.js';
import { sayProblem } from '../../photo/problem-sentence.js';
import { overviewQuery, taskQuery } from '../api/reads.js';
import { typeTitle } from '../measure/type-title.js';
import { BeforeAfter } from '../pictures/before-after.js';
import { StateBadge } from '../search/state-badge.js';
import { Attempts } from './attempts.js';
import { Payload } from './payload.js';
import { PhotoActs } from './photo-acts.js';
import { PhotoFacts } from './photo-facts.js';
import classes from './photo.module.css';
import { TaskTimeline } from './task-timeline.js';

/** All that is known of one photo. */
export function OperatorPhotoView() {
  const { t } = useTranslation('operator');
  const { taskId = '' } = useParams();
  const { data: detail, error } = useQuery(taskQuery(taskId));
  const { data: overview } = useQuery(overviewQuery());
  const types = overview?.types ?? [];
  if (detail === undefined) {
    if (error === null) return <Skeleton h="24rem" radius="md" />;
    const isGone = error instanceof ApiProblem && error.code === 'not_found';
    return (
      <>
        <Title order={1}>{t('photo.gone')}</Title>
        <Text my="md">{isGone ? t('photo.gone_why') : sayProblem(error, t)}</Text>
        <Anchor component={Link} to="/operator/photos">
          {t('photo.back')}
        </Anchor>
      </>
    );
  }
  const { task } = detail;
  return (
    <div className={classes.view}>
      <header className={classes.head}>
        <div className={classes.names}>
          <Anchor component={Link} to="/operator/photos" size="sm">
            {t('photo.back')}
          </Anchor>
          <Title order={1} className={classes.name}>
            {task.filename}
          </Title>
          <p className={classes.state}>
            <StateBadge state={task.status} />
            <span>{typeTitle(task.type, types)}</span>
            {detail.discarded_at !== null && <span>{t('state.discarded')}</span>}
          </p>
        </div>
        <PhotoActs task={task} />
      </header>
      {task.error !== null && (
        <section className={classes.trouble} aria-label={t('photo.trouble')}>
          <Text fw={600}>{t(`reason.${task.error.code}.what`)}</Text>
          <Text>{t(`reason.${task.error.code}.todo`)}</Text>
          <Text size="sm" c="dimmed" lang="en">
            {task.error.message}
            {task.error.node !== undefined && ` (${task.error.node.type} ${task.error.node.id})`}
          </Text>
        </section>
      )}
      <div className={classes.columns}>
        <div className={classes.column}>
          <BeforeAfter task={task} />
          <PhotoFacts detail={detail} />
        </div>
        <div className={classes.column}>
          <TaskTimeline timeline={detail.timeline} />
          <Attempts attempts={detail.attempts} />
          <Payload payload={detail.payload} />
        </div>
      </div>
    </div>
  );
}
