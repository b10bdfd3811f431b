/** `npm run dashboards` writes Grafana's dashboards anew, from the files in scripts/dashboards. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir, say } from './bootstrap/project.mjs';
import { dashboardFiles } from './dashboards/dashboard-files.mjs';

const folder = join(projectDir, 'deploy/grafana/dashboards');

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(join(folder, file));
for (const [file, text] of await dashboardFiles()) writeFileSync(join(folder, file), text);
say(`Wrote ${readdirSync(folder).length} dashboards to ${folder}.`);
