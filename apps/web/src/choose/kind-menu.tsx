import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../words/words.js';
import classes from './kind-menu.module.css';
import { KindPicture } from './kind-picture.js';
import { kindDescription, kindTitle } from './kind-words.js';
import { useChoice } from './use-choice.js';
import { useKinds } from './use-kinds.js';

/** The kinds in a menu behind one button that says which is chosen. */
export function KindMenu() {
  const { t } = useTranslation('choose');
  const kinds = useKinds();
  const [choice, choose] = useChoice();
  const language = currentLanguage();
  if (kinds === null) return <div className={classes.coming} />;
  const { keys, types } = kinds;
  if (keys.length < 2) return null;
  const title = kindTitle(choice.type, types, language);
  return (
    <Menu
      position="bottom-start"
      width="min(24rem, calc(100vw - 2rem))"
      shadow="md"
      // As high as there is room; on a phone that is less than all of it.
      middlewares={{ flip: true, shift: true, size: true }}
    >
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={t('chosen', { kind: title })}>
          <span className={classes.small}>
            <KindPicture type={choice.type} />
          </span>
          <span className={classes.chosen}>{title}</span>
          <IconChevronDown size={18} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>
        <Menu.Label>{t('question')}</Menu.Label>
        <Menu.RadioGroup value={choice.type} onChange={(type) => choose({ type, parameters: {} })}>
          {keys.map((type) => (
            <Menu.RadioItem key={type} value={type} closeMenuOnClick>
              <span className={classes.item}>
                <span className={classes.picture}>
                  <KindPicture type={type} />
                </span>
                <span>
                  <span className={classes.title}>{kindTitle(type, types, language)}</span>
                  <span className={classes.description}>{kindDescription(type, types, language)}</span>
                </span>
              </span>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
