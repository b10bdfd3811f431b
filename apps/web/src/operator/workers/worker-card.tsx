import type { PauseView, TypeOverview, WorkerView } from '@app/contracts';
import { Anchor, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PauseButton } from '../frame/pause-button.js';
import { Elapsed } from '../measure/moments.js';
import { typeTitle } from '../measure/type-title.js';
import { EngineFacts } from './engine-facts.js';
import { workerState } from './worker-state.js';
import classes from './workers.module.css';

interface WorkerCardProps {
  readonly worker: WorkerView;
  readonly pauses: readonly PauseView[];
  readonly types: readonly TypeOverview[];
}

/** A worker: what it does at this moment, and how its engines are. */
export function WorkerCard({ worker, pauses, types }: WorkerCardProps) {
  const { t } = useTranslation('operator');
  const state = workerState(worker);
  const { worker: name, running, concurrency, ahead } = worker;
  const pause = pauses.find((each) => each.scope === 'worker' && each.name === name) ?? null;
  return (
    <article className={classes.card} aria-label={name}>
      <header className={classes.head}>
        <div className={classes.names}>
          <Title order={3} size="h4" translate="no">
            {name}
          </Title>
          <p className={classes.state} data-state={state}>
            {state === 'gpu_memory' && worker.gpu_memory_used_percent !== null
              ? t('worker.state.gpu_memory_percent', { percent: Math.round(worker.gpu_memory_used_percent) })
              : t(`worker.state.${state}`)}
          </p>
        </div>
        <PauseButton scope="worker" name={name} title={name} pause={pause} />
      </header>
      {running.length > 0 && (
        <ul className={classes.running}>
          {running.map((task) => (
            <li key={task.task_id}>
              <Anchor component={Link} to={`/operator/photos/${task.task_id}`}>
                {typeTitle(task.task_type, types)}
              </Anchor>
              <span className={classes.stage}>{t(`worker.stage.${task.stage}`)}</span>
              <span className={classes.elapsed}>
                <Elapsed at={task.since} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <Text size="sm" c="dimmed">
        {t('worker.takes', {
          types: worker.task_types.map((type) => typeTitle(type, types)).join(', '),
        })}{' '}
        {t('worker.places', { count: concurrency })}{' '}
        {ahead !== null && ahead > 0 && t('worker.ahead', { count: ahead })}
      </Text>
      {worker.engines.map((engine) => (
        <EngineFacts key={engine.address} engine={engine} types={types} />
      ))}
    </article>
  );
}
