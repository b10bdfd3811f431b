import type { ParameterValue, ParameterSpec, ParameterValues, TaskTypeView } from '@app/contracts';
import { Button, Collapse, Radio, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconArrowBackUp, IconChevronDown } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './look-chooser.module.css';
import { isUsual, lookParameter, looksOf, valueOf, withValue, type Look } from './looks.js';
import { ParameterField } from './parameter-field.js';

interface LookChooserProps {
  readonly type: TaskTypeView;
  /** What was chosen so far; a parameter that is not named has its default. */
  readonly parameters: ParameterValues;
  readonly onChange: (parameters: ParameterValues) => void;
}

/** Another look for a photo: at most three to choose from, everything else behind "more". */
export function LookChooser({ type, parameters, onChange }: LookChooserProps) {
  const { t } = useTranslation('choose');
  const [isMoreOpen, setMoreOpen] = useState(false);
  const more = useId();
  const look = lookParameter(type);
  const others = type.parameters.filter((spec) => spec !== look);
  const set = (spec: ParameterSpec, value: ParameterValue) => onChange(withValue(parameters, spec, value));
  // Without looks to choose from, what there is need not hide.
  const showsOthers = isMoreOpen || look === null;
  if (type.parameters.length === 0) return null;
  return (
    <Stack gap="sm" className={classes.chooser}>
      {look !== null && (
        <Radio.Group
          label={t('looks.question')}
          classNames={{ label: classes.question }}
          value={String(valueOf(look, parameters))}
          onChange={(value) => set(look, value)}
        >
          <div className={classes.looks}>
            {looksOf(look).map((each) => (
              <Radio
                key={each.value}
                value={each.value}
                className={classes.look}
                {...words(each)}
                description={words(each).description}
              />
            ))}
          </div>
          {looksOf(look).some(({ name }) => name !== null) && (
            <Text className={classes.note}>{t('looks.note')}</Text>
          )}
        </Radio.Group>
      )}
      {look !== null && others.length > 0 && (
        <UnstyledButton
          className={classes.more}
          aria-expanded={isMoreOpen}
          aria-controls={more}
          onClick={() => setMoreOpen(!isMoreOpen)}
        >
          {t('more')}
          <IconChevronDown size={18} aria-hidden />
        </UnstyledButton>
      )}
      <Collapse expanded={showsOthers} id={more}>
        <Stack gap="lg" className={classes.others}>
          {others.map((spec) => (
            <ParameterField
              key={spec.name}
              spec={spec}
              value={valueOf(spec, parameters)}
              onChange={(value) => set(spec, value)}
            />
          ))}
        </Stack>
      </Collapse>
      {!isUsual(type, parameters) && (
        <Button
          variant="transparent"
          px={0}
          className={classes.usual}
          leftSection={<IconArrowBackUp size={18} />}
          onClick={() => onChange({})}
        >
          {t('usual')}
        </Button>
      )}
    </Stack>
  );

  function words({ name, number }: Look): { label: string; description?: string } {
    if (name === null) return { label: t('looks.numbered', { number }) };
    return { label: t(`looks.${name}.title`), description: t(`looks.${name}.description`) };
  }
}
