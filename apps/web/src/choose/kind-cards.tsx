import { Radio, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadChunk } from '../app/load-chunk.js';
import { currentLanguage } from '../words/words.js';
import classes from './kind-cards.module.css';
import { KindPicture } from './kind-picture.js';
import { kindDescription, kindTitle } from './kind-words.js';
import { useChoice } from './use-choice.js';
import { useKinds } from './use-kinds.js';

/** As many as stand beside each other on a phone; the others are there for those who look for them. */
const AT_ONCE = 3;

const LookChooser = lazy(async () => ({
  default: (await loadChunk(() => import('./look-chooser.js'))).LookChooser,
}));

/** The kinds as pictures, of which one is chosen already. */
export function KindCards() {
  const { t } = useTranslation('choose');
  const kinds = useKinds();
  const [choice, choose] = useChoice();
  const [wantsAll, setWantsAll] = useState(false);
  const [wantsLooks, setWantsLooks] = useState(false);
  const name = useId();
  const language = currentLanguage();
  if (kinds === null) return <Skeleton className={classes.coming} radius="md" />;
  if (kinds.keys.length === 0) return null;
  const { keys, types } = kinds;
  const hidden = keys.slice(AT_ONCE);
  const showsAll = wantsAll || hidden.includes(choice.type);
  const chosen = types.find(({ type }) => type === choice.type);
  return (
    <div className={classes.choose}>
      <Radio.Group
        name={name}
        label={t('question')}
        classNames={{ label: classes.question }}
        value={choice.type}
        onChange={(type) => choose({ type, parameters: {} })}
      >
        <div className={classes.cards}>
          {(showsAll ? keys : keys.slice(0, AT_ONCE)).map((type) => (
            <Radio.Card
              key={type}
              value={type}
              className={classes.card}
              // One stop for the tab key; the arrows go on from there.
              tabIndex={type === choice.type ? 0 : -1}
            >
              <KindPicture type={type} />
              <span className={classes.title}>
                <Radio.Indicator size="xs" aria-hidden />
                {kindTitle(type, types, language)}
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <Text className={classes.description} aria-live="polite">
        {kindDescription(choice.type, types, language)}
      </Text>
      <div className={classes.more}>
        {hidden.length > 0 && !hidden.includes(choice.type) && (
          <Disclosure isOpen={showsAll} onToggle={() => setWantsAll(!wantsAll)}>
            {t('more_kinds')}
          </Disclosure>
        )}
        {chosen !== undefined && chosen.parameters.length > 0 && (
          <Disclosure isOpen={wantsLooks} onToggle={() => setWantsLooks(!wantsLooks)}>
            {t('finer')}
          </Disclosure>
        )}
      </div>
      {wantsLooks && chosen !== undefined && chosen.parameters.length > 0 && (
        <Suspense fallback={<Skeleton h="6rem" radius="md" />}>
          <LookChooser
            type={chosen}
            parameters={choice.parameters}
            onChange={(parameters) => choose({ type: chosen.type, parameters })}
          />
        </Suspense>
      )}
    </div>
  );
}

interface DisclosureProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children: string;
}

function Disclosure({ isOpen, onToggle, children }: DisclosureProps) {
  return (
    <UnstyledButton className={classes.disclosure} aria-expanded={isOpen} onClick={onToggle}>
      {children}
      <IconChevronDown size={18} aria-hidden />
    </UnstyledButton>
  );
}
