import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** An expression of a rule or of a panel, and where it stands. */
export interface Expression {
  where: string;
  text: string;
}

interface Panel {
  title?: string;
  panels?: Panel[];
  targets?: { expr: string }[];
}

const RULES = 'deploy/prometheus/rules.yml';
const DASHBOARDS = 'deploy/grafana/dashboards';
/** What Grafana puts in. */
const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: '1m',
  $__range: '1h',
  $__interval: '15s',
};
/** Prometheus makes these itself. */
const OWN = ['up', 'ALERTS'];
const SUFFIX = /_(bucket|sum|count)$/;
const KEYWORDS = ['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan'];

/** Everything that Prometheus is asked by what we ship, with Grafana's variables put in. */
export function shippedExpressions(): Expression[] {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const rules = groups.flatMap((group) =>
    group.rules.map(({ alert, expr }) => ({ where: `alert ${alert}`, text: expr })),
  );
  const panels = readdirSync(DASHBOARDS).flatMap((file) => {
    const dashboard = JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8')) as Panel;
    return expressionsIn(dashboard, file);
  });
  return [...rules, ...panels];
}

function expressionsIn({ title = '', panels = [], targets = [] }: Panel, where: string): Expression[] {
  const own = targets.map(({ expr }) => ({ where: `${where}: ${title}`, text: putIn(expr) }));
  return [...own, ...panels.flatMap((panel) => expressionsIn(panel, where))];
}

function putIn(expression: string): string {
  return expression.replaceAll(/\$\w+/g, (name) => VARIABLES[name] ?? '.*');
}

/** The metrics that an expression names, a histogram by its own name, without those that Prometheus makes itself. */
export function metricsIn(expression: string, known: ReadonlySet<string>): string[] {
  const bare = expression
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  const names = [...bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name);
  return names
    .filter((name) => !KEYWORDS.includes(name.toLowerCase()) && !OWN.includes(name))
    .map((name) => (known.has(name) ? name : name.replace(SUFFIX, '')));
}
