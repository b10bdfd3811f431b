import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './photo.module.css';

/** What the workers get of it, as the API shows it: without what leads to the photo. */
export function Payload({ payload }: { readonly payload: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation('operator');
  return (
    <details className={classes.panel}>
      <summary>
        <Title order={2} size="h4" component="span">
          {t('payload.title')}
        </Title>
      </summary>
      <Text size="sm" c="dimmed">
        {t('payload.what')}
      </Text>
      <pre className={classes.payload} tabIndex={0} lang="en">
        {JSON.stringify(payload, null, 2)}
      </pre>
    </details>
  );
}
