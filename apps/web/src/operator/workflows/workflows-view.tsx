import { Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../words/words.js';
import { workflowsQuery } from '../api/reads.js';
import classes from './workflows.module.css';

/** What the workflow folder gives, and what in it cannot be used. */
export function WorkflowsView() {
  const { t } = useTranslation('operator');
  const { data } = useQuery(workflowsQuery());
  return (
    <div className={classes.view}>
      <div>
        <Title order={1}>{t('workflow.title')}</Title>
        <Text c="dimmed">{t('workflow.intro')}</Text>
      </div>
      {data === undefined && <Skeleton h="10rem" radius="md" />}
      {data !== undefined && (
        <section aria-labelledby="operator-workflow-problems">
          <Title order={2} size="h3" id="operator-workflow-problems" mb="sm">
            {t('workflow.problems')}
          </Title>
          {data.problems.length === 0 ? (
            <Text>{t('workflow.no_problems')}</Text>
          ) : (
            <ul className={classes.problems}>
              {data.problems.map(({ file, pointer, message }) => (
                <li key={`${file} ${pointer} ${message}`}>
                  <strong translate="no">{file}</strong>
                  {pointer !== '' && <code>{pointer}</code>}
                  <span lang="en">{message}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      {data !== undefined && (
        <section aria-labelledby="operator-workflow-types">
          <Title order={2} size="h3" id="operator-workflow-types" mb="sm">
            {t('workflow.types')}
          </Title>
          <ul className={classes.types}>
            {data.items.map(({ type, title, file, aliases, workers }) => (
              <li key={type}>
                <Title order={3} size="h4">
                  {title[currentLanguage()]}
                </Title>
                <code>{type}</code>
                <span translate="no">{file}</span>
                {aliases.length > 0 && <span>{t('workflow.aliases', { names: aliases.join(', ') })}</span>}
                <span data-none={workers === 0 || undefined}>
                  {t('workflow.workers', { count: workers })}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
