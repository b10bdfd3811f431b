import type { TaskView, TimelineEntry } from '@app/contracts';
import { useTranslation } from 'react-i18next';
import classes from './photo-panel.module.css';

interface SupportDetailsProps {
  readonly task: TaskView;
  readonly timeline: readonly TimelineEntry[];
}

/** Codes and numbers, folded away: to read out to whoever runs the photo service. */
export function SupportDetails({ task, timeline }: SupportDetailsProps) {
  const { t } = useTranslation('viewer');
  const last = timeline.at(-1);
  const started = timeline.findLast(({ step }) => step === 'started');
  const machine = [started?.by, started?.gpu].filter((each) => each != null).join(', ');
  const facts = [
    [t('support_fact.photo'), task.id],
    [t('support_fact.kind'), task.type],
    [t('support_fact.state'), task.status],
    [t('support_fact.reason'), task.error?.code ?? task.delayed_by ?? last?.reason ?? null],
    [t('support_fact.attempts'), String(task.attempts)],
    [t('support_fact.machine'), machine === '' ? null : machine],
    [t('support_fact.engine'), task.engine && `${task.engine.name} ${task.engine.version ?? ''}`.trim()],
  ].filter((fact): fact is [string, string] => fact[1] != null);
  return (
    <details className={classes.support}>
      <summary>{t('support')}</summary>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd translate="no">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
