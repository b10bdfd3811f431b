import { parse, stringify } from 'yaml';

/** One minute of the rules is a second of a test. */
const FACTOR = 60;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

type Unit = keyof typeof SECONDS;

interface Rules {
  groups: { name: string; rules: { alert: string; expr: string; for?: string }[] }[];
}

/**
 * The rules with every time in them divided by 60, and nothing else: how long an alert has to last (`for`), ranges and
 * offsets (`[10m]`, `offset 10m`), and seconds that are written as a product (`10 * 60`, `4 * 3600`).
 */
export function compressRules(text: string): string {
  const rules = parse(text) as Rules;
  for (const rule of rules.groups.flatMap((group) => group.rules)) {
    if (rule.for !== undefined) rule.for = compressDuration(rule.for);
    rule.expr = rule.expr
      .replaceAll(/(?<=\[|offset )\d+[smhd]\b/g, compressDuration)
      .replaceAll(/\b(\d+) \* (60|3600)\b/g, (_, count: string, unit: string) =>
        String((Number(count) * Number(unit)) / FACTOR),
      );
  }
  return stringify(rules);
}

function compressDuration(duration: string): string {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  if (count === undefined) throw new Error(`'${duration}' is no time that can be divided.`);
  return `${Math.round((Number(count) * SECONDS[unit as Unit] * 1000) / FACTOR)}ms`;
}
