import type { Problem, TaskView } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ProblemDto } from '../problems/problem.dto.js';
import { TaskDto } from '../tasks/task.dto.js';

/** What became of one photo: `task` where it was accepted, `problem` where it was refused. */
export class AddedPhotoDto {
  @ApiProperty({ example: 0, description: 'Its place among the photos that were sent.' })
  index: number;

  @ApiProperty({ example: '奶奶1953年.jpg' })
  filename: string;

  @ApiProperty({ enum: ['accepted', 'refused'] })
  status: 'accepted' | 'refused';

  @ApiPropertyOptional({ type: TaskDto })
  task?: TaskView;

  @ApiPropertyOptional({ type: ProblemDto })
  problem?: Problem;
}

/** What became of the photos of a request, in the order in which they were sent. */
export class AddedPhotosDto {
  @ApiProperty({ type: [AddedPhotoDto] })
  items: AddedPhotoDto[];
}
