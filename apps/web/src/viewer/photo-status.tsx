import type { TaskTypeView, TaskView } from '@app/contracts';
import { Button, Progress, Text, VisuallyHidden } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../album/use-now.js';
import { cancelTask, retryTask } from '../api/tasks.js';
import { canCancel, canRetry } from '../photo/photo-counts.js';
import {
  progressOf,
  whatHappensNow,
  whenReady,
  whoColouredIt,
  whoRestoredIt,
  whyNot,
} from '../photo/photo-sentence.js';
import type { Photo } from '../photo/photo.js';
import classes from './photo-panel.module.css';
import { useDeed } from './use-deed.js';

interface PhotoStatusProps {
  readonly photo: Photo;
  readonly task: TaskView;
  /** Null until they are known. */
  readonly types: readonly TaskTypeView[] | null;
  readonly mayChange: boolean;
}

/** Phases whose beginning a screen reader hears, wherever it is on the page. */
const ENDS: readonly Photo['phase'][] = ['done', 'failed', 'stopped', 'expired'];

/** What happens with the photo, why, and what one can do about it. */
export function PhotoStatus({ photo, task, types, mayChange }: PhotoStatusProps) {
  const { t } = useTranslation();
  const { t: words } = useTranslation('viewer');
  const stop = useDeed(() => cancelTask(task.id));
  const again = useDeed(() => retryTask(task.id));
  const what = whatHappensNow(photo, t);
  const why = whyNot(photo, t);
  const when = whenReady(photo, t, useNow());
  const progress = progressOf(photo);
  const gaveColours = types?.find(({ type }) => type === task.type)?.colours ?? false;
  const said = words('said', { name: photo.name, what });
  return (
    <div className={classes.status} data-phase={photo.phase}>
      <Text className={classes.now}>{what}</Text>
      {when !== null && <Text className={classes.quiet}>{when}</Text>}
      {progress !== null && (
        <Progress
          className={classes.progress}
          value={progress === 'busy' ? 100 : progress}
          animated={progress === 'busy'}
          striped={progress === 'busy'}
          aria-label={what}
        />
      )}
      {why !== null && <Text>{why}</Text>}
      {photo.phase === 'done' && gaveColours && <Text className={classes.quiet}>{words('guess')}</Text>}
      {task.engine !== null && (
        <Text className={classes.quiet}>{(gaveColours ? whoColouredIt : whoRestoredIt)(task.engine, t)}</Text>
      )}
      {mayChange && canCancel(photo) && (
        <Button variant="default" loading={stop.isBusy} onClick={stop.run}>
          {words('stop')}
        </Button>
      )}
      {mayChange && canRetry(photo) && (
        <Button leftSection={<IconRefresh size={18} />} loading={again.isBusy} onClick={again.run}>
          {words('again')}
        </Button>
      )}
      {(stop.trouble ?? again.trouble) !== null && (
        <Text className={classes.bad} role="alert">
          {stop.trouble ?? again.trouble}
        </Text>
      )}
      <VisuallyHidden role="status">{ENDS.includes(photo.phase) ? said : ''}</VisuallyHidden>
    </div>
  );
}
