import { Title } from '@mantine/core';
import { IconDownload, IconHourglassHigh, IconPhotoPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './three-steps.module.css';

const STEPS = [
  ['add', IconPhotoPlus],
  ['wait', IconHourglassHigh],
  ['keep', IconDownload],
] as const;

/** How it goes, in three plain steps. */
export function ThreeSteps() {
  const { t } = useTranslation('home');
  return (
    <section aria-labelledby="steps">
      <Title order={2} size="h3" id="steps" mb="md">
        {t('steps.heading')}
      </Title>
      <ol className={classes.steps}>
        {STEPS.map(([step, Icon]) => (
          <li key={step} className={classes.step}>
            <span className={classes.icon} aria-hidden>
              <Icon size={24} stroke={1.5} />
            </span>
            <div>
              <Title order={3} size="h5">
                {t(`steps.${step}.title`)}
              </Title>
              <p>{t(`steps.${step}.text`)}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
