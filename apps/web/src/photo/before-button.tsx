import { useTranslation } from 'react-i18next';
import classes from './before-button.module.css';

interface BeforeButtonProps {
  readonly name: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/**
 * A peek at the photo before: with a mouse while it is over the button, with a finger while it holds it, by the keyboard
 * on and off.
 */
export function BeforeButton({ name, isOn, onChange }: BeforeButtonProps) {
  const { t } = useTranslation('album');
  return (
    <button
      type="button"
      className={classes.before}
      aria-pressed={isOn}
      aria-label={t('card.before_label', { name })}
      onPointerEnter={() => onChange(true)}
      onPointerLeave={() => onChange(false)}
      onPointerDown={() => onChange(true)}
      onPointerUp={({ pointerType }) => pointerType !== 'mouse' && onChange(false)}
      onPointerCancel={() => onChange(false)}
      onContextMenu={(event) => event.preventDefault()}
      // A click without a pointer comes from a key, or from what reads the page aloud.
      onClick={({ detail }) => detail === 0 && onChange(!isOn)}
      onBlur={() => onChange(false)}
    >
      <span className={classes.words}>{t('card.before')}</span>
    </button>
  );
}
