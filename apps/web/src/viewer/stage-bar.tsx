import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconArrowsMinimize, IconMinus, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../words/words.js';
import classes from './stage-bar.module.css';
import { ZOOM_STEP } from './use-stage-keys.js';
import type { ZoomControl } from './use-zoom.js';
import { FIT, mostScale, percentOfReal, realScale, zoomBy, type Frame } from './zoom.js';

/** Ways to look at a photo that is done. */
export const LOOKS = ['before', 'both', 'after', 'side'] as const;
export type Look = (typeof LOOKS)[number];

interface StageBarProps {
  readonly look: Look;
  readonly hasAfter: boolean;
  readonly onLook: (look: Look) => void;
  readonly control: ZoomControl;
  readonly frame: Frame;
}

const MIDDLE = { x: 0, y: 0 };

/** A button for everything that dragging, pinching and the wheel do. */
export function StageBar({ look, hasAfter, onLook, control, frame }: StageBarProps) {
  const { t } = useTranslation('viewer');
  const { zoom, isZoomed, change } = control;
  const percent = new Intl.NumberFormat(currentLanguage(), { style: 'percent' });
  const shown = percent.format(percentOfReal(zoom, frame) / 100);
  const by = (factor: number) => change((now, inFrame) => zoomBy(now, factor, MIDDLE, inFrame));
  return (
    <div className={classes.bar}>
      {hasAfter && (
        <div className={classes.group} role="group" aria-label={t('looks')}>
          {LOOKS.map((each) => (
            <UnstyledButton
              key={each}
              className={classes.look}
              aria-pressed={look === each}
              onClick={() => onLook(each)}
            >
              {t(`look.${each}`)}
            </UnstyledButton>
          ))}
        </div>
      )}
      <div className={classes.group} role="group" aria-label={t('zoom')}>
        <ActionIcon
          className={classes.icon}
          variant="transparent"
          aria-label={t('zoom_out')}
          title={t('zoom_out')}
          aria-disabled={!isZoomed}
          onClick={() => by(1 / ZOOM_STEP)}
        >
          <IconMinus size={18} />
        </ActionIcon>
        <UnstyledButton
          className={classes.percent}
          aria-label={t('zoom_real', { percent: shown })}
          title={t('zoom_real_short')}
          onClick={() => by(realScale(frame) / zoom.scale)}
        >
          {shown}
        </UnstyledButton>
        <ActionIcon
          className={classes.icon}
          variant="transparent"
          aria-label={t('zoom_in')}
          title={t('zoom_in')}
          aria-disabled={zoom.scale >= mostScale(frame)}
          onClick={() => by(ZOOM_STEP)}
        >
          <IconPlus size={18} />
        </ActionIcon>
        <ActionIcon
          className={classes.icon}
          variant="transparent"
          aria-label={t('zoom_fit')}
          title={t('zoom_fit')}
          aria-disabled={!isZoomed}
          onClick={() => change(() => FIT)}
        >
          <IconArrowsMinimize size={18} />
        </ActionIcon>
      </div>
    </div>
  );
}
