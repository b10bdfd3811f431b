import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './act-button.module.css';
import { VIEWER_NOTICE_ID } from './service-notice.js';
import { useOperator } from './use-operator.js';

interface ActButtonProps extends ButtonProps {
  readonly onClick: () => void;
  readonly 'aria-label'?: string;
}

/**
 * A button that changes something. Who may only look sees it, disabled, with the reason; it keeps its place in the order
 * of the keyboard, so that the reason can be heard.
 */
export function ActButton({ onClick, ...props }: ActButtonProps) {
  const { t } = useTranslation('operator');
  const { canAct, isViewer } = useOperator();
  if (canAct)
    return <Button size="xs" variant="default" className={classes.act} {...props} onClick={onClick} />;
  return (
    <Tooltip
      label={t('viewer.why')}
      disabled={!isViewer}
      events={{ hover: true, focus: true, touch: true }}
      multiline
      maw="20rem"
    >
      <Button
        size="xs"
        variant="default"
        className={classes.act}
        {...props}
        data-disabled
        aria-disabled
        {...(isViewer && { 'aria-describedby': VIEWER_NOTICE_ID })}
      />
    </Tooltip>
  );
}
