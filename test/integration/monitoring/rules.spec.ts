import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { AppProcess } from '../../support/app-process.js';
import { startEngine } from '../../support/engine.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';

const FOLDER = 'deploy/prometheus';

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
}

const vhost = withVhost();
const rules = (parse(readFileSync(`${FOLDER}/rules.yml`, 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
);
const alerts = rules.map(({ alert }) => alert);

function promtool(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });
  if (error) throw error;
  return { status, said: stdout + stderr };
}

it('Prometheus takes the configuration and the rules, and each alert fires where it has to', () => {
  expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
  expect(promtool('test', 'rules', 'rules.test.yml')).toEqual({
    status: 0,
    said: expect.stringContaining('SUCCESS') as string,
  });
});

it('no alert is without a test of its own, and none without an entry in the runbook', () => {
  const { tests } = parse(readFileSync(`${FOLDER}/rules.test.yml`, 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const fired = tests
    .flatMap((each) => each.alert_rule_test)
    .filter((each) => each.exp_alerts.length > 0)
    .map((each) => each.alertname);
  expect(alerts.filter((alert) => !fired.includes(alert))).toEqual([]);
  const chapters = [...readFileSync('docs/RUNBOOK.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(
    ([, name]) => name,
  );
  expect(chapters).toEqual(alerts);
});

it('every metric of ours that a rule names is there, with the labels that the rule asks for', async () => {
  const engine = await startEngine();
  const api = await TestApi.start({ AMQP_URL: vhost.url });
  const worker = await AppProcess.start('worker', {
    AMQP_URL: vhost.url,
    COMFYUI_URLS: engine.url,
    DATA_DIR: api.dataDir,
    ENGINE_WARM_UP: 'false',
  });
  try {
    const scraped = `${await (await api.fetch('/metrics')).text()}${await (await fetch(`${worker.url}/metrics`)).text()}`;
    const there = new Set([...scraped.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!));
    const named = rules.flatMap(({ expr }) => expr.match(/\b(photo_repair|nodejs)_\w+/g) ?? []);
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter((name) => !there.has(name.replace(/_(bucket|count|sum)$/, '')));
    expect(missing).toEqual([]);
  } finally {
    await worker.end('SIGTERM');
    await api.remove();
    await engine.remove();
  }
});
