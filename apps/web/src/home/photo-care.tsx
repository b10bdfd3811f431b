import { List, Title } from '@mantine/core';
import { IconClockHour4, IconEye, IconPalette, IconPhotoCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './photo-care.module.css';

const PROMISES = [
  ['original', IconPhotoCheck],
  ['kept', IconClockHour4],
  ['seen', IconEye],
  ['guess', IconPalette],
] as const;

/** What becomes of the photos, and what the colours are. */
export function PhotoCare() {
  const { t } = useTranslation('home');
  return (
    <section className={classes.care} aria-labelledby="care">
      <Title order={2} size="h3" id="care" mb="md">
        {t('care.heading')}
      </Title>
      <List
        classNames={{ root: classes.promises, itemWrapper: classes.promise }}
        listStyleType="none"
        spacing={0}
      >
        {PROMISES.map(([promise, Icon]) => (
          <List.Item key={promise} icon={<Icon size={22} stroke={1.5} aria-hidden />}>
            {t(`care.${promise}`)}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
