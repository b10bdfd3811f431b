import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = 'deploy/prometheus';
const TESTS = ['rules.test.yml', 'rules.hours.test.yml', 'rules.day.test.yml'];
/** What the operators' page tells of and no metric does. */
const WITHOUT_ALERT = ['WorkflowProblem', 'QueueUnusable'];

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook: string };
}

const { groups } = parse(readFileSync(`${FOLDER}/rules.yml`, 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.map(({ alert }) => alert);

function promtool(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });
  if (error) throw error;
  return { status, said: stdout + stderr };
}

it('Prometheus takes the configuration and the rules, and each alert fires where it has to', () => {
  expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
  expect(promtool('test', 'rules', ...TESTS)).toEqual({
    status: 0,
    said: expect.stringContaining('SUCCESS') as string,
  });
});

it('no alert is without a test where it fires and one where it does not', () => {
  const all = TESTS.flatMap((file) => {
    const { tests } = parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    return tests.flatMap((each) => each.alert_rule_test);
  });
  for (const fires of [true, false]) {
    const named = all.filter((each) => each.exp_alerts.length > 0 === fires).map((each) => each.alertname);
    expect(alerts.filter((alert) => !named.includes(alert))).toEqual([]);
  }
});

it('each alert says how bad it is, what it is, why, and where to read on', () => {
  for (const { alert, labels, annotations } of rules) {
    expect(['critical', 'warning', 'info']).toContain(labels.severity);
    for (const text of [annotations.summary, annotations.description]) expect(text).toMatch(/^\S.*\.$/);
    expect(annotations.runbook).toBe(`docs/RUNBOOK.md#${alert.toLowerCase()}`);
  }
});

it('no alert is without a chapter in the runbook, in the order of the rules', () => {
  const chapters = [...readFileSync('docs/RUNBOOK.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(
    ([, name]) => name!,
  );
  expect(chapters.filter((name) => !WITHOUT_ALERT.includes(name))).toEqual(alerts);
  expect(chapters.filter((name) => WITHOUT_ALERT.includes(name))).toEqual(WITHOUT_ALERT);
});
