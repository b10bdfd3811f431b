import { Anchor, Text, Title } from '@mantine/core';
import { Markdown } from 'markdown-to-jsx/react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import runbook from '../../../../../docs/RUNBOOK.md?raw';
import { currentLanguage } from '../../words/words.js';
import { findChapter, readChapters } from './runbook-chapters.js';
import classes from './runbook.module.css';

const CHAPTERS = readChapters(runbook);

/** Files of the repository are not where the page is. */
const PlainLink = ({ children }: { readonly children: React.ReactNode }) => <em>{children}</em>;

/** What to do when something is wrong, from the runbook of the release that runs. */
export function RunbookView() {
  const { t } = useTranslation('operator');
  const { anchor = '' } = useParams();
  const chapter = findChapter(CHAPTERS, anchor);
  return (
    <div className={classes.runbook}>
      <article className={classes.text}>
        <Anchor component={Link} to="/operator">
          {t('runbook.back')}
        </Anchor>
        <Title order={1} mt="sm" mb="md" {...(chapter && { lang: 'en' })}>
          {chapter?.title ?? t(anchor === '' ? 'runbook.title' : 'runbook.missing')}
        </Title>
        {currentLanguage() !== 'en' && <Text c="dimmed">{t('runbook.language')}</Text>}
        {chapter === undefined ? (
          <Text>{t('runbook.choose')}</Text>
        ) : (
          <div lang="en">
            <Markdown options={{ disableParsingRawHTML: true, overrides: { a: PlainLink } }}>
              {chapter.text}
            </Markdown>
          </div>
        )}
      </article>
      <nav aria-label={t('runbook.chapters')} className={classes.chapters} lang="en">
        {CHAPTERS.map(({ anchor: to, title }) => (
          <Link
            key={to}
            to={`/operator/runbook/${to}`}
            aria-current={to === chapter?.anchor ? 'page' : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
    </div>
  );
}
