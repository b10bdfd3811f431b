import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/api-problem.js';

/** Why a link could not be made, read or ended, and what to do. */
export function ShareTrouble({ problem }: { problem: Error }) {
  const { t } = useTranslation(['share', 'problem']);
  const code = problem instanceof ApiProblem ? problem.code : 'internal_error';
  return (
    <Text role="alert" c="var(--bad)">
      {code === 'offline' || code === 'internal_error' ? t('share:trouble') : t(`problem:${code}`)}
    </Text>
  );
}
