import type { SessionView } from '@app/contracts';
import { Alert, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, isDatabaseAway } from '../../api/api-problem.js';
import { callApi } from '../../api/call-api.js';
import { sayProblem } from '../../photo/problem-sentence.js';
import { isSendable } from '../api/ask.js';
import { operatorKey } from '../api/operator-key.js';
import { sessionQuery } from '../api/reads.js';
import classes from './sign-in.module.css';

/** What a key may turn out to be. */
type Refusal = 'wrong' | 'not_operator';

class KeyRefused extends Error {
  constructor(readonly why: Refusal) {
    super(why);
  }
}

/** Nobody comes further without the key of an operator, or of somebody who may look. */
export function SignIn() {
  const { t } = useTranslation('operator');
  const queries = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  useEffect(() => field.current?.focus(), []);
  const end = useSyncExternalStore(operatorKey.subscribe, operatorKey.readEnd);
  const signIn = useMutation({
    mutationFn: tryKey,
    networkMode: 'always',
    onSuccess: ({ key, session }) => {
      queries.setQueryData(sessionQuery().queryKey, session);
      operatorKey.keep(key);
    },
  });
  const { error } = signIn;
  const trouble = () => {
    if (error === null) return null;
    if (error instanceof KeyRefused) return t(`sign_in.${error.why}`);
    return isDatabaseAway(error) ? t('sign_in.database_away') : sayProblem(error, t);
  };
  return (
    <Paper className={classes.card} component="section" withBorder>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate(typed.trim());
        }}
      >
        <Stack gap="md">
          <Title order={1} size="h2">
            {t('sign_in.title')}
          </Title>
          <Text c="dimmed">{t('sign_in.intro')}</Text>
          {end === 'refused' && error === null && (
            <Alert color="gray" role="status">
              {t('sign_in.ended')}
            </Alert>
          )}
          <PasswordInput
            label={t('sign_in.key')}
            description={t('sign_in.kept')}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            size="md"
            leftSection={<IconKey size={18} stroke={1.6} aria-hidden />}
            error={trouble()}
            visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show') }}
            ref={field}
          />
          <Button type="submit" size="md" loading={signIn.isPending} disabled={typed.trim() === ''}>
            {t('sign_in.go')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('sign_in.where')}
          </Text>
        </Stack>
      </form>
    </Paper>
  );
}

async function tryKey(key: string): Promise<{ key: string; session: SessionView }> {
  if (!isSendable(key)) throw new KeyRefused('wrong');
  try {
    const session = await callApi<SessionView>('/v1/session', { apiKey: key });
    if (session.role !== 'user') return { key, session };
  } catch (error) {
    throw error instanceof ApiProblem && error.code === 'unauthorized' ? new KeyRefused('wrong') : error;
  }
  throw new KeyRefused('not_operator');
}
