import type { ParameterSpec, ParameterValue } from '@app/contracts';
import { Group, Input, NumberInput, Select, Slider, Switch } from '@mantine/core';
import { useId } from 'react';
import { currentLanguage } from '../words/words.js';
import { sliderOf, tidy, type NumberSpec } from './looks.js';
import classes from './parameter-field.module.css';

interface ParameterFieldProps {
  readonly spec: ParameterSpec;
  readonly value: ParameterValue;
  readonly onChange: (value: ParameterValue) => void;
}

/** One parameter of a task type, in the way that fits its kind. */
export function ParameterField({ spec, value, onChange }: ParameterFieldProps) {
  const label = spec.title[currentLanguage()];
  switch (spec.kind) {
    case 'boolean':
      return (
        <Switch
          label={label}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          label={label}
          data={spec.choices}
          value={String(value)}
          allowDeselect={false}
          onChange={(chosen) => chosen !== null && onChange(chosen)}
        />
      );
    default:
      return <NumberField spec={spec} label={label} value={Number(value)} onChange={onChange} />;
  }
}

interface NumberFieldProps {
  readonly spec: NumberSpec;
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A slider for the eye and the thumb, and the number itself for those who know it. */
function NumberField({ spec, label, value, onChange }: NumberFieldProps) {
  const id = useId();
  const { minimum, maximum, step } = sliderOf(spec);
  return (
    <Input.Wrapper label={label} labelElement="div" labelProps={{ id }}>
      <Group wrap="nowrap" gap="md">
        <Slider
          className={classes.slider}
          thumbProps={{ 'aria-labelledby': id }}
          min={minimum}
          max={maximum}
          step={step}
          value={value}
          label={null}
          onChange={(slid) => onChange(tidy(slid))}
        />
        <NumberInput
          className={classes.number}
          aria-labelledby={id}
          min={minimum}
          max={maximum}
          step={step}
          clampBehavior="blur"
          allowDecimal={spec.kind === 'number'}
          value={value}
          onChange={(typed) => typeof typed === 'number' && onChange(typed)}
        />
      </Group>
    </Input.Wrapper>
  );
}
