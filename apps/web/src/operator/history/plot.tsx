import { useReducedMotion } from '@mantine/hooks';
import { useId } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type DotItemDotProps,
} from 'recharts';
import { currentLanguage } from '../../words/words.js';
import { PlotCard } from './plot-card.js';
import type { PlotLine } from './plot-line.js';
import { standsAlone, type PlotKey, type PlotRow } from './plot-rows.js';
import classes from './plot.module.css';
import { timeSteps } from './time-steps.js';
import { timeTicks } from './time-ticks.js';

interface PlotProps {
  readonly title: string;
  readonly rows: readonly PlotRow[];
  readonly lines: readonly PlotLine[];
  readonly format: (value: number) => string;
  /** As short as it gets, for the axis. */
  readonly axisFormat?: (value: number) => string;
  /** Of whole things: the axis has no fractions. */
  readonly isCount?: boolean;
}

const TONES = { main: 'var(--accent)', side: 'var(--quiet)', bad: 'var(--bad)' } as const;
const DASHES = { main: undefined, side: '5 4', bad: '2 3' } as const;
const TICK = { fill: 'var(--quiet)', fontSize: 12 };

/** A few lines over the last day. The lines are told apart by their dashes too, and named above the plot. */
export function Plot({ title, rows, lines, format, axisFormat = format, isCount = false }: PlotProps) {
  const titleId = useId();
  const isStill = useReducedMotion();
  const time = new Intl.DateTimeFormat(currentLanguage(), { hour: '2-digit', minute: '2-digit' });
  const from = rows[0]?.at ?? 0;
  const to = rows.at(-1)?.at ?? 0;
  const steps = isCount
    ? null
    : timeSteps(Math.max(0, ...lines.flatMap(({ key }) => rows.map((row) => row[key] ?? 0))));
  return (
    <figure className={classes.plot} aria-labelledby={titleId}>
      <figcaption>
        <span id={titleId} className={classes.title}>
          {title}
        </span>
        <span className={classes.legend}>
          {lines.map(({ key, label, tone }) => (
            <span key={key}>
              <svg width="22" height="8" aria-hidden>
                <line
                  x1="0"
                  x2="22"
                  y1="4"
                  y2="4"
                  stroke={TONES[tone]}
                  strokeWidth="2.5"
                  strokeDasharray={DASHES[tone]}
                />
              </svg>
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <ResponsiveContainer width="100%" height={200}>
        <LineChart data={rows} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} title={title}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="at"
            type="number"
            scale="time"
            domain={[from, to]}
            ticks={timeTicks(from, to, 6)}
            tickFormatter={(at: number) => time.format(at)}
            tick={TICK}
            tickLine={false}
            axisLine={{ stroke: 'var(--line)' }}
          />
          <YAxis
            width={isCount ? 40 : 68}
            tickCount={4}
            allowDecimals={!isCount}
            domain={[0, steps?.at(-1) ?? 'auto']}
            {...(steps !== null && { ticks: steps })}
            tickFormatter={axisFormat}
            tick={TICK}
            tickLine={false}
            axisLine={false}
          />
          <Tooltip
            isAnimationActive={!isStill}
            cursor={{ stroke: 'var(--quiet)' }}
            content={<PlotCard rows={rows} lines={lines} format={format} />}
          />
          {lines.map(({ key, tone }) => (
            <Line
              key={key}
              dataKey={key}
              type="linear"
              stroke={TONES[tone]}
              strokeWidth={2}
              {...(DASHES[tone] !== undefined && { strokeDasharray: DASHES[tone] })}
              isAnimationActive={false}
              dot={lonelyDot(rows, key, TONES[tone])}
              activeDot={{ r: 4, fill: TONES[tone], stroke: 'var(--card)' }}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}

/** Draws a point where no line would show a value. */
function lonelyDot(rows: readonly PlotRow[], key: PlotKey, colour: string) {
  return ({ cx, cy, index }: DotItemDotProps) =>
    standsAlone(rows, index, key) ? (
      <circle key={index} cx={cx} cy={cy} r={3} fill={colour} />
    ) : (
      <g key={index} />
    );
}
