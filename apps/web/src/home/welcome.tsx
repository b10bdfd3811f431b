import { useTranslation } from 'react-i18next';
import { ChooseKind } from '../choose/choose-kind.js';
import { AddPhotos } from '../uploads/add-photos.js';
import classes from './begin-album.module.css';
import { Peek } from './peek.js';
import { SamplePhotos } from './sample-photos.js';
import { HERO } from './samples.js';

/** One screen that says what this is, shows it, and lets one begin. Until this runs, `index.html` shows the same. */
export function Welcome() {
  const { t } = useTranslation('home');
  return (
    <section className="welcome">
      <div className="welcome-words">
        <h1 className="welcome-title">{t('title')}</h1>
        <p className="welcome-intro">{t('intro')}</p>
      </div>
      <figure className="welcome-print">
        <Peek {...HERO} shows={t(`samples.${HERO.name}`)} />
        <figcaption>{t('peek.caption', { shows: t(`samples.${HERO.name}`) })}</figcaption>
      </figure>
      <div className={`welcome-begin ${classes.begin}`}>
        <AddPhotos albumId={null} variant="hero" />
        <ChooseKind />
      </div>
      <SamplePhotos />
    </section>
  );
}
