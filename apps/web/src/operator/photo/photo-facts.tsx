import type { OperatorTaskDetailView } from '@app/contracts';
import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { whoColouredIt } from '../../photo/photo-sentence.js';
import { sizeInWords } from '../../viewer/file-size.js';
import { currentLanguage } from '../../words/words.js';
import { albumQuery } from '../api/reads.js';
import { Ago, Moment } from '../measure/moments.js';
import { CopyField } from './copy-field.js';
import classes from './photo.module.css';

/** Whose it is, where it belongs, and by what it is found elsewhere. */
export function PhotoFacts({ detail }: { readonly detail: OperatorTaskDetailView }) {
  const { t } = useTranslation('operator');
  const { task, owner, sha256, trace_id: trace } = detail;
  const language = currentLanguage();
  const facts: [name: string, value: ReactNode][] = [
    [t('fact.owner'), <OwnerLink key="owner" owner={owner} />],
    [t('fact.album'), task.album_id === null ? null : <AlbumLink key="album" albumId={task.album_id} />],
    [t('fact.ref'), task.client_ref],
    [t('fact.place'), task.queue_position],
    [t('fact.held_up'), task.delayed_by && t(`delayed.${task.delayed_by}`)],
    [t('fact.priority'), task.priority],
    [
      t('fact.engine'),
      task.engine && `${whoColouredIt(task.engine, t)} (${task.engine.name} ${task.engine.version})`,
    ],
    [t('fact.original'), t('fact.picture', { ...task.input, size: sizeInWords(task.input.bytes, language) })],
    [
      t('fact.result'),
      task.output && t('fact.picture', { ...task.output, size: sizeInWords(task.output.bytes, language) }),
    ],
    [t('fact.added'), <Moment key="added" at={task.created_at} />],
    [t('fact.discarded'), detail.discarded_at && <Ago key="discarded" at={detail.discarded_at} />],
    [t('fact.erased'), <Moment key="erased" at={task.expires_at} />],
  ];
  return (
    <section aria-labelledby="operator-facts" className={classes.panel}>
      <Title order={2} size="h4" id="operator-facts">
        {t('fact.title')}
      </Title>
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <CopyField label={t('fact.id')} value={task.id} />
      <CopyField label={t('fact.sha256')} value={sha256} />
      {trace !== null && <CopyField label={t('fact.trace')} value={trace} />}
    </section>
  );
}

function OwnerLink({ owner }: Pick<OperatorTaskDetailView, 'owner'>) {
  const { t } = useTranslation('operator');
  return (
    <Link to={`/operator/photos?owner=${owner.id}`}>
      {owner.kind === 'visitor' ? t('owner.visitor') : owner.name}
    </Link>
  );
}

function AlbumLink({ albumId }: { readonly albumId: string }) {
  const { data } = useQuery(albumQuery(albumId));
  return <Link to={`/operator/photos?album=${albumId}`}>{data?.title ?? albumId}</Link>;
}
