import { currentLanguage } from '../../words/words.js';
import { useServerNow } from './clock.js';
import { agoInWords, elapsedInWords } from './duration.js';

interface MomentProps {
  /** ISO 8601. */
  readonly at: string;
}

/** For how long it has been so; counts on by itself. */
export function Elapsed({ at }: MomentProps) {
  const nowMs = useServerNow();
  return (
    <time dateTime={at} title={momentInWords(at)}>
      {elapsedInWords((nowMs - Date.parse(at)) / 1000, currentLanguage())}
    </time>
  );
}

/** How long ago it was; the exact moment as its title. */
export function Ago({ at }: MomentProps) {
  const nowMs = useServerNow();
  return (
    <time dateTime={at} title={momentInWords(at)}>
      {agoInWords((nowMs - Date.parse(at)) / 1000, currentLanguage())}
    </time>
  );
}

/** Date and time to the second, as this device counts them. */
export function Moment({ at }: MomentProps) {
  return <time dateTime={at}>{momentInWords(at)}</time>;
}

function momentInWords(at: string): string {
  const format = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'medium' });
  return format.format(new Date(at));
}
