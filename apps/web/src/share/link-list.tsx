import type { AlbumLinkView } from '@app/contracts';
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './link-list.module.css';
import { LinkRow } from './link-row.js';

interface LinkListProps {
  readonly albumId: string;
  readonly links: readonly AlbumLinkView[];
  /** The one that was made just now. */
  readonly newest: string | null;
  readonly onEnded: (linkId: string) => Promise<void>;
}

/** The links that open an album, each with a button that ends it. */
export function LinkList({ albumId, links, newest, onEnded }: LinkListProps) {
  const { t } = useTranslation('share');
  return (
    <section className={classes.list} aria-labelledby="links">
      <Title order={3} size="h5" id="links">
        {t('list.heading')}
      </Title>
      <ul>
        {links.map((link) => (
          <LinkRow
            key={link.id}
            albumId={albumId}
            link={link}
            isNewest={link.id === newest}
            onEnded={() => onEnded(link.id)}
          />
        ))}
      </ul>
    </section>
  );
}
