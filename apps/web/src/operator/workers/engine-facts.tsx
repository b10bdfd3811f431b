import type { TypeOverview, WorkerEngineView } from '@app/contracts';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../words/words.js';
import { bytesInWords } from '../measure/bytes.js';
import { ShareBar } from '../measure/share-bar.js';
import { typeTitle } from '../measure/type-title.js';
import classes from './workers.module.css';

interface EngineFactsProps {
  readonly engine: WorkerEngineView;
  readonly types: readonly TypeOverview[];
}

/** An engine and its GPU: whether it answers, its memory, its circuit, and what is wrong with it. */
export function EngineFacts({ engine, types }: EngineFactsProps) {
  const { t } = useTranslation('operator');
  const { device, address, reachable, circuit, problems, loaded } = engine;
  const { utilization_percent: busy } = engine;
  const memory = useMemory(engine);
  const state = !reachable ? 'away' : circuit === 'open' || circuit === 'half_open' ? circuit : 'well';
  return (
    <section className={classes.engine} aria-label={device ?? address}>
      <div className={classes.device}>
        <strong translate="no">{device ?? t('engine.unknown')}</strong>
        <span className={classes.engineState} data-state={state}>
          {t(`engine.state.${state}`)}
        </span>
      </div>
      <code className={classes.address}>{address}</code>
      {memory !== null && <ShareBar {...memory} />}
      {(busy !== null || loaded !== null) && (
        <p className={classes.small}>
          {busy !== null && <span>{t('engine.busy', { percent: Math.round(busy) })}</span>}
          {loaded !== null && <span>{t('engine.loaded', { title: typeTitle(loaded, types) })}</span>}
        </p>
      )}
      {problems.length > 0 && (
        <ul className={classes.problems} lang="en">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function useMemory(engine: WorkerEngineView): { percent: number; label: string } | null {
  const { t } = useTranslation('operator');
  const { memory_total_bytes: total, memory_free_bytes: free, memory_used_percent: usedPercent } = engine;
  const percent =
    usedPercent ?? (total !== null && total > 0 && free !== null ? (100 * (total - free)) / total : null);
  if (percent === null) return null;
  if (total === null) return { percent, label: t('engine.memory_percent', { percent: Math.round(percent) }) };
  const language = currentLanguage();
  return {
    percent,
    label: t('engine.memory', {
      percent: Math.round(percent),
      total: bytesInWords(total, language),
    }),
  };
}
