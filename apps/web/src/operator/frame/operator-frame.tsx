import { Button } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useRef, type PropsWithChildren } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, ScrollRestoration } from 'react-router';
import { ColourSchemeButton } from '../../app/colour-scheme-button.js';
import { LanguageButton } from '../../app/language-button.js';
import { Mark } from '../../app/mark.js';
import { RoomEntrance } from '../../app/room-entrance.js';
import { operatorKey } from '../api/operator-key.js';
import classes from './operator-frame.module.css';
import { OperatorNav } from './operator-nav.js';
import { ServiceNotice } from './service-notice.js';
import { useOperator } from './use-operator.js';

interface OperatorFrameProps {
  readonly isSignedIn: boolean;
}

/** What stands around every view of the operator. */
export function OperatorFrame({ isSignedIn, children }: PropsWithChildren<OperatorFrameProps>) {
  const { t } = useTranslation('operator');
  const main = useRef<HTMLElement>(null);
  return (
    <div className={`operator-frame ${classes.frame}`} data-signed-in={isSignedIn || undefined}>
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>
        {t('frame.skip')}
      </button>
      <header className={classes.header}>
        <Link className={classes.name} to="/operator">
          <Mark />
          <span>{t('frame.name')}</span>
        </Link>
        {isSignedIn && <OperatorNav />}
        <div className={classes.tools}>
          {isSignedIn && <SignedIn />}
          <LanguageButton />
          <ColourSchemeButton />
        </div>
      </header>
      <main ref={main} tabIndex={-1} className={classes.main}>
        {isSignedIn && <ServiceNotice />}
        <RoomEntrance>{children}</RoomEntrance>
      </main>
      <ScrollRestoration />
    </div>
  );
}

function SignedIn() {
  const { t } = useTranslation('operator');
  const { name } = useOperator();
  return (
    <>
      <span className={classes.who} translate="no">
        {name}
      </span>
      <Button
        variant="subtle"
        color="gray"
        c="inherit"
        h={44}
        px="sm"
        aria-label={t('frame.sign_out')}
        title={t('frame.sign_out')}
        onClick={() => {
          operatorKey.forget('left');
          // Nothing of what was seen stays in the memory of the tab.
          location.reload();
        }}
      >
        <IconLogout size={20} stroke={1.6} aria-hidden />
      </Button>
    </>
  );
}
