import { TASK_TYPE_KEY, type HistoryPoint, type HistoryView } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

const SECONDS = { type: Number, nullable: true, example: 4.2 };
const WEEK_H = 168;

/** How far back is asked for, and of which type. */
export class HistoryQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: WEEK_H, default: 24 })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(WEEK_H)
  hours: number = 24;

  @ApiPropertyOptional({ example: 'person' })
  @IsOptional()
  @Matches(TASK_TYPE_KEY)
  type?: string;
}

/** What happened within one step. */
export class HistoryPointDto implements HistoryPoint {
  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z', description: 'When it begins.' })
  at: string;
  @ApiProperty({ type: 'integer', example: 12 })
  submitted: number;
  @ApiProperty({ type: 'integer', example: 11 })
  succeeded: number;
  @ApiProperty({ type: 'integer', example: 1 })
  failed: number;
  @ApiProperty({ ...SECONDS, description: 'Half of those that succeeded stood in line for so long at most.' })
  wait_p50_s: number | null;
  @ApiProperty({ ...SECONDS, description: '19 of 20 did.' })
  wait_p95_s: number | null;
  @ApiProperty({ ...SECONDS, description: 'Half of those that succeeded took so long at most.' })
  run_p50_s: number | null;
  @ApiProperty({ ...SECONDS, description: '19 of 20 did.' })
  run_p95_s: number | null;
}

/** What happened lately, the oldest step first. */
export class HistoryDto implements HistoryView {
  @ApiProperty({ type: 'integer', example: 900, description: 'How long each step is, in seconds.' })
  step_s: number;
  @ApiProperty({ type: [HistoryPointDto] })
  points: HistoryPointDto[];
}
