import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, ScrollRestoration } from 'react-router';
import { PageDrop } from '../uploads/page-drop.js';
import { AwayNotice } from './away-notice.js';
import { ColourSchemeButton } from './colour-scheme-button.js';
import { LanguageButton } from './language-button.js';
import { loadChunk } from './load-chunk.js';
import { Mark } from './mark.js';
import { RoomEntrance } from './room-entrance.js';
import classes from './shell.module.css';

/** Where added photos are shown: fetched while the server still answers. */
function loadAlbumRoom(): void {
  void loadChunk(() => import('../album/album-page.js'));
}

/** What stands around every room. */
export function Shell() {
  const { t } = useTranslation('shell');
  const main = useRef<HTMLElement>(null);
  return (
    <div className="shell">
      <a
        className={classes.skip}
        href="#main"
        onClick={(event) => {
          // The fragment is the router's.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('skip')}
      </a>
      <header className="shell-header">
        <Link className="shell-name" to="/">
          <Mark />
          {t('name')}
        </Link>
        <div className={classes.tools}>
          <LanguageButton />
          <ColourSchemeButton />
        </div>
      </header>
      <main ref={main} id="main" tabIndex={-1} className="shell-main">
        <AwayNotice />
        <RoomEntrance>
          <Outlet />
        </RoomEntrance>
      </main>
      <footer className={`shell-footer ${classes.footer}`}>
        <p>{t('footer.kept')}</p>
        <p>
          <a href="./docs">{t('footer.developers')}</a>
        </p>
      </footer>
      <PageDrop onPrepare={loadAlbumRoom} />
      <ScrollRestoration />
    </div>
  );
}
