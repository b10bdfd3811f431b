import {
  IconClipboardList,
  IconGauge,
  IconPhotoSearch,
  IconPhotoX,
  IconRoute,
  IconSend,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import classes from './operator-nav.module.css';

const VIEWS = [
  { path: '/operator', key: 'overview', Icon: IconGauge },
  { path: '/operator/failed', key: 'failed', Icon: IconPhotoX },
  { path: '/operator/photos', key: 'photos', Icon: IconPhotoSearch },
  { path: '/operator/deliveries', key: 'deliveries', Icon: IconSend },
  { path: '/operator/workflows', key: 'workflows', Icon: IconRoute },
  { path: '/operator/log', key: 'log', Icon: IconClipboardList },
] as const;

/** The views; a bar at the foot of a phone's screen, in reach of the thumb. */
export function OperatorNav() {
  const { t } = useTranslation('operator');
  return (
    <nav className={classes.nav} aria-label={t('frame.views')}>
      {VIEWS.map(({ path, key, Icon }) => (
        <NavLink key={key} to={path} end={key === 'overview'} className={classes.link!}>
          <Icon size={20} stroke={1.6} aria-hidden />
          <span>{t(`nav.${key}`)}</span>
        </NavLink>
      ))}
    </nav>
  );
}
