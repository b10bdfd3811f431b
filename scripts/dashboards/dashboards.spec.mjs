import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../bootstrap/project.mjs';
import { dashboardFiles } from './dashboard-files.mjs';

const FOLDER = join(projectDir, 'deploy/grafana/dashboards');
const files = readdirSync(FOLDER);
const textOf = (file) => readFileSync(join(FOLDER, file), 'utf8');
const dashboards = files.map((file) => [file, JSON.parse(textOf(file))]);
/** As Grafana's list of units has them (`packages/grafana-data/src/valueFormats/categories.ts`). */
const UNITS = ['none', 'short', 'percentunit', 's', 'bytes', 'ops', 'reqps'];

it('are as their generator writes them (npm run dashboards)', async () => {
  const written = await dashboardFiles();
  expect(files).toEqual(written.map(([file]) => file).sort());
  for (const [file, text] of written) expect([file, textOf(file)]).toEqual([file, text]);
});

it('have addresses and titles of their own', () => {
  for (const name of ['uid', 'title']) {
    const all = dashboards.map(([, dashboard]) => dashboard[name]);
    expect(new Set(all).size).toBe(all.length);
  }
});

describe.each(dashboards)('%s', (_file, dashboard) => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  it('has what Grafana needs of a dashboard', () => {
    // Of Grafana 12; newer ones read it too.
    expect(dashboard.schemaVersion).toBe(42);
    expect(dashboard.uid).toMatch(/^photo-repair-[a-z]+$/);
    // A number of the database that it was exported from would be taken for one of its own.
    expect(dashboard.id ?? null).toBeNull();
    expect(dashboard.templating.list.map(({ name, type, query }) => [name, type, query])).toEqual([
      ['datasource', 'datasource', 'prometheus'],
    ]);
  });

  it('has panels with a number, a title, a unit and a place of their own', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toBeGreaterThan(0);
    const titles = panels.map(({ title }) => title);
    expect(titles.filter((title) => !title)).toEqual([]);
    for (const { fieldConfig } of panels) expect(UNITS).toContain(fieldConfig.defaults.unit);
    const taken = new Set();
    for (const { gridPos, title } of dashboard.panels) {
      const { x, y, w, h } = gridPos;
      expect([title, x + w <= 24]).toEqual([title, true]);
      for (let column = x; column < x + w; column++)
        for (let row = y; row < y + h; row++) {
          expect([title, taken.has(`${column} ${row}`)]).toEqual([title, false]);
          taken.add(`${column} ${row}`);
        }
    }
  });

  it('asks the chosen Prometheus, each question under a letter of its own', () => {
    for (const { title, datasource, targets } of panels) {
      expect([title, datasource]).toEqual([title, { type: 'prometheus', uid: '${datasource}' }]);
      const letters = targets.map(({ refId }) => refId);
      expect(letters.filter((letter) => !/^[A-Z]$/.test(letter))).toEqual([]);
      expect(new Set(letters).size).toBe(letters.length);
      expect(targets.filter(({ expr }) => expr === '')).toEqual([]);
    }
  });
});
