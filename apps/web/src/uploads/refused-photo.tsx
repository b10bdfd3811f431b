import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { sayProblem } from '../photo/problem-sentence.js';
import { chooseFiles } from './choose-files.js';
import classes from './refused-photos.module.css';
import type { Upload } from './upload.js';
import { uploadCenter } from './upload-center.js';

/** One photo that cannot be sent: which, why, and what can be done. */
export function RefusedPhoto({ upload: { id, name, problem, thumbnailUrl } }: { upload: Upload }) {
  const { t } = useTranslation('add');
  const replace = () => chooseFiles('one_file', ([file]) => file && uploadCenter.replace(id, file));
  return (
    <li className={classes.photo}>
      {thumbnailUrl === null ? (
        <span className={classes.picture} />
      ) : (
        <img className={classes.picture} src={thumbnailUrl} alt="" />
      )}
      <div className={classes.words}>
        <strong className={classes.name}>{name}</strong>
        {problem !== null && <p className={classes.why}>{sayProblem(problem, t)}</p>}
        <div className={classes.acts}>
          {problem === 'duplicate' || problem === 'internal_error' ? (
            <Button size="compact-sm" variant="default" onClick={() => uploadCenter.again(id)}>
              {t(problem === 'duplicate' ? 'refused.anyway' : 'refused.again')}
            </Button>
          ) : (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('refused.another_named', { name })}
              onClick={replace}
            >
              {t('refused.another')}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-label={t('refused.remove_named', { name })}
            onClick={() => uploadCenter.cancel(id)}
          >
            {t('refused.remove')}
          </Button>
        </div>
      </div>
    </li>
  );
}
