import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { compressRules } from './compressed-rules.js';

const SHIPPED = readFileSync('deploy/prometheus/rules.yml', 'utf8');

interface Rules {
  groups: { rules: { alert: string; expr: string; for?: string }[] }[];
}

const rulesIn = (text: string) => (parse(text) as Rules).groups.flatMap(({ rules }) => rules);

it('divides every time by 60, and changes no other number', () => {
  const text = `groups: [{ name: g, rules: [{ alert: A, for: 10m, expr: '
    rate(x{le="600"}[5m]) > 100 and x offset 1h > 0.05 and predict_linear(x[30s], 4 * 3600) > 15 * 60 + 5e9'}]}]`;
  const [rule] = rulesIn(compressRules(text));
  expect(rule!.for).toBe('10000ms');
  expect(rule!.expr.trim()).toBe(
    'rate(x{le="600"}[5000ms]) > 100 and x offset 60000ms > 0.05 and predict_linear(x[500ms], 240) > 15 + 5e9',
  );
});

it('finds every time of the rules that are shipped', () => {
  const compressed = rulesIn(compressRules(SHIPPED));
  for (const [at, { expr, for: lasts }] of rulesIn(SHIPPED).entries()) {
    const times = expr.match(/\d+(?:[smhd]\b| \* (?:60|3600)\b)/g) ?? [];
    for (const time of times) expect(compressed[at]!.expr).not.toContain(time);
    expect(compressed[at]!.for === undefined).toBe(lasts === undefined);
    // Seconds that are not written as a product would stay as they are.
    expect(expr).not.toMatch(/time\(\)[^\n]*[<>] *\d{2,}(?! \*)/);
  }
});
