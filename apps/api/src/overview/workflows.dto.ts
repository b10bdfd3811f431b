import type { LocalizedText, OperatorWorkflowView, WorkflowProblemView, WorkflowsView } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { LocalizedTextDto } from '../task-types/task-type.dto.js';

/** A task type with the file that it comes from. */
export class OperatorWorkflowDto implements OperatorWorkflowView {
  @ApiProperty({ example: 'person' })
  type: string;
  @ApiProperty({ type: Number, nullable: true, example: null })
  version: number | null;
  @ApiProperty({ type: LocalizedTextDto })
  title: LocalizedText;
  @ApiProperty({ example: 'DDColor人物黑白修复.json' })
  file: string;
  @ApiProperty({ type: [String], example: [], description: 'Other names by which programs ask for it.' })
  aliases: string[];
  @ApiProperty({ type: 'integer', example: 1, description: 'Workers that take it.' })
  workers: number;
}

/** What is wrong with a file. */
export class WorkflowProblemDto implements WorkflowProblemView {
  @ApiProperty({ example: 'broken.json' })
  file: string;
  @ApiProperty({ example: '/nodes/3', description: 'JSON pointer into the file; empty for the whole.' })
  pointer: string;
  @ApiProperty({ example: 'This is no JSON.' })
  message: string;
}

/** What the workflow folder gives, and what in it is wrong. */
export class WorkflowsDto implements WorkflowsView {
  @ApiProperty({ type: [OperatorWorkflowDto] })
  items: OperatorWorkflowDto[];
  @ApiProperty({ type: [WorkflowProblemDto] })
  problems: WorkflowProblemDto[];
}
