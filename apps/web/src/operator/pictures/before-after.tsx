import type { TaskView } from '@app/contracts';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Divider, HALF } from '../../viewer/divider.js';
import { useOperatorPicture } from './operator-pictures.js';
import classes from './pictures.module.css';
import { useBigPicture } from './use-big-picture.js';

/** The photo as it was added and, once there is one, the new picture on top of it, with a line between them to move. */
export function BeforeAfter({ task }: { readonly task: TaskView }) {
  const { t } = useTranslation('operator');
  const box = useRef<HTMLDivElement>(null);
  const [value, setValue] = useState(HALF);
  const small = useOperatorPicture(task.urls.thumbnail);
  const before = useBigPicture(task.urls.original, task.input.sha256);
  const after = useBigPicture(task.output === null ? null : task.urls.result, task.output?.sha256);
  const { width, height } = task.output ?? task.input;
  const beforeSrc = before.src ?? small.src;
  const divide = ({ clientX }: React.PointerEvent) => {
    const { left, width: wide } = box.current!.getBoundingClientRect();
    setValue(Math.min(100, Math.max(0, (100 * (clientX - left)) / wide)));
  };
  return (
    <div
      ref={box}
      className={classes.compare}
      style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(70vh * ${width / height})` }}
      onPointerDown={(event) => {
        if (after.src === null || event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        divide(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && divide(event)}
    >
      {beforeSrc !== null && <img src={beforeSrc} alt={t('photo.before')} draggable={false} />}
      {after.src !== null && (
        <>
          <img
            src={after.src}
            alt={t('photo.after')}
            draggable={false}
            style={{ clipPath: `inset(0 0 0 ${value}%)` }}
          />
          <Divider
            value={value}
            onChange={setValue}
            name={task.filename}
            at={{ left: `${value}%`, top: 0, height: '100%' }}
          />
        </>
      )}
      {beforeSrc === null && (before.isBroken || small.isNone) && (
        <div className={classes.note}>{t('photo.no_picture')}</div>
      )}
    </div>
  );
}
