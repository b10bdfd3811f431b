import type { LocalizedText, ParameterSpec, TaskTypeView } from '@app/contracts';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';

/** A text in each language the page speaks. */
export class LocalizedTextDto implements LocalizedText {
  @ApiProperty({ example: 'People' })
  en: string;

  @ApiProperty({ example: '人物' })
  'zh-CN': string;
}

/** A parameter that is a whole number; it is moved to the nearest multiple of `snapTo` inside its limits. */
export class IntegerParameterDto {
  @ApiProperty({ enum: ['integer'] })
  kind: 'integer';

  @ApiProperty({ example: 'size' })
  name: string;

  @ApiProperty({ type: LocalizedTextDto })
  title: LocalizedText;

  @ApiProperty({ type: 'integer', example: 512 })
  default: number;

  @ApiProperty({ type: 'integer', example: 460 })
  minimum: number;

  @ApiProperty({ type: 'integer', example: 680 })
  maximum: number;

  @ApiProperty({ type: 'integer', example: 32 })
  snapTo: number;
}

/** A parameter that is a number; it is moved to the nearest multiple of `step` inside its limits, where there is a step. */
export class NumberParameterDto {
  @ApiProperty({ enum: ['number'] })
  kind: 'number';

  @ApiProperty({ example: 'strength' })
  name: string;

  @ApiProperty({ type: LocalizedTextDto })
  title: LocalizedText;

  @ApiProperty({ example: 0.8 })
  default: number;

  @ApiProperty({ example: 0 })
  minimum: number;

  @ApiProperty({ example: 1 })
  maximum: number;

  @ApiProperty({ type: Number, nullable: true, example: 0.05 })
  step: number | null;
}

/** A parameter that is on or off. */
export class BooleanParameterDto {
  @ApiProperty({ enum: ['boolean'] })
  kind: 'boolean';

  @ApiProperty({ example: 'sharpen' })
  name: string;

  @ApiProperty({ type: LocalizedTextDto })
  title: LocalizedText;

  @ApiProperty({ example: true })
  default: boolean;
}

/** A parameter that is one of several words. */
export class ChoiceParameterDto {
  @ApiProperty({ enum: ['choice'] })
  kind: 'choice';

  @ApiProperty({ example: 'model' })
  name: string;

  @ApiProperty({ type: LocalizedTextDto })
  title: LocalizedText;

  @ApiProperty({ example: 'ddcolor_modelscope' })
  default: string;

  @ApiProperty({ type: [String], example: ['ddcolor_modelscope', 'ddcolor_artistic'] })
  choices: string[];
}

/** One kind of work. */
@ApiExtraModels(IntegerParameterDto, NumberParameterDto, ChoiceParameterDto, BooleanParameterDto)
export class TaskTypeDto implements TaskTypeView {
  @ApiProperty({ example: 'person' })
  type: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: null,
    description:
      'The number behind the @ of a type that stands beside another version of itself, like person@2.',
  })
  version: number | null;

  @ApiProperty({ type: LocalizedTextDto })
  title: LocalizedText;

  @ApiProperty({ type: LocalizedTextDto })
  description: LocalizedText;

  @ApiProperty({
    type: 'array',
    items: {
      oneOf: [
        { $ref: getSchemaPath(IntegerParameterDto) },
        { $ref: getSchemaPath(NumberParameterDto) },
        { $ref: getSchemaPath(ChoiceParameterDto) },
        { $ref: getSchemaPath(BooleanParameterDto) },
      ],
    },
  })
  parameters: ParameterSpec[];

  @ApiProperty({ example: true, description: 'Whether it gives colours to a black-and-white photo.' })
  colours: boolean;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 300,
    description: 'Seconds that a task may wait; null: the limit of the installation.',
  })
  queue_timeout_s: number | null;
}

/** The task types. */
export class TaskTypesDto {
  @ApiProperty({ type: [TaskTypeDto] })
  items: TaskTypeView[];
}
