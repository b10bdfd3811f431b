import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const FOLDER = 'deploy/prometheus';
const TESTS = ['rules.test.yml', 'rules.hours.test.yml', 'rules.day.test.yml'];
/** By how much a wrong rule is wrong. */
const FACTOR = 4;

interface Rule {
  alert: string;
  expr: string;
  for?: string;
}
interface Rules {
  groups: { name: string; rules: Rule[] }[];
}
interface Tests {
  evaluation_interval: string;
  tests: { alert_rule_test: { alertname: string }[] }[];
}

const read = <T>(file: string): T => parse(readFileSync(join(FOLDER, file), 'utf8')) as T;
const rules = read<Rules>('rules.yml').groups.flatMap((group) => group.rules);
const folder = mkdtempSync(join(tmpdir(), 'photo-repair-wrong-rules-'));

/** Ways in which somebody might get a rule wrong; undefined where it has no such part. */
const MISTAKES: Record<string, (rule: Rule) => Rule | undefined> = {
  'it never fires': (rule) => ({
    ...rule,
    expr: `(${rule.expr}) and on () (vector(0) > 1)`,
  }),
  'it asks for the opposite': (rule) =>
    changed(rule, (expr) => expr.replace(/([<>=]=?) (?=[\d.]+(e\d+)?( \* \d+)*$)/m, flip)),
  'it fires at once': (rule) => (rule.for === undefined ? undefined : { ...rule, for: '0s' }),
  'it takes far longer': ({ for: lasts, ...rule }) =>
    lasts === undefined
      ? undefined
      : { ...rule, for: lasts.replace(/\d+/, (count) => String(Number(count) * 100)) },
  'its limit is far too high': (rule) => changed(rule, (expr) => limitTimes(expr, FACTOR)),
};

/** Undefined where that changes nothing. */
function changed(rule: Rule, change: (expr: string) => string): Rule | undefined {
  const expr = change(rule.expr.trim());
  return expr === rule.expr.trim() ? undefined : { ...rule, expr };
}

function flip(sign: string): string {
  return sign.startsWith('>') ? '< ' : sign === '==' ? '!= ' : '> ';
}

/** The number at the end, where it is not 0 or 1. */
function limitTimes(expr: string, factor: number): string {
  return expr.replace(/(?<=[<>] )([\d.]+)((?: \* \d+)*)$/, (all, count: string, rest: string) =>
    ['0', '1'].includes(all) ? all : `${Number(count) * factor}${rest}`,
  );
}

/** Whether the rule's own tests hold with this rule in its place. */
function passes(rule: Rule): boolean {
  writeFileSync(join(folder, 'rules.yml'), stringify({ groups: [{ name: 'one', rules: [rule] }] }));
  const files = TESTS.flatMap((file) => {
    const all = read<Tests>(file);
    const tests = all.tests
      .map((test) => ({
        ...test,
        alert_rule_test: test.alert_rule_test.filter(({ alertname }) => alertname === rule.alert),
      }))
      .filter((test) => test.alert_rule_test.length > 0);
    if (tests.length === 0) return [];
    writeFileSync(join(folder, file), stringify({ ...all, tests }));
    return [file];
  });
  const { status, error } = spawnSync('promtool', ['test', 'rules', ...files], { cwd: folder });
  if (error) throw error;
  return status === 0;
}

describe('the tests of the alerts', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(rules)('find the mistakes in $alert', (rule) => {
    expect(passes(rule)).toBe(true);
    const missed = Object.entries(MISTAKES).filter(([, make]) => {
      const wrong = make(rule);
      return wrong !== undefined && passes(wrong);
    });
    expect(missed.map(([mistake]) => mistake)).toEqual([]);
  });
});
