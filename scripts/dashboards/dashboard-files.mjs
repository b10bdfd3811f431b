import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { projectDir } from '../bootstrap/project.mjs';
import { api } from './api.mjs';
import { broker } from './broker.mjs';
import { deliveries } from './deliveries.mjs';
import { engines } from './engines.mjs';
import { overview } from './overview.mjs';
import { pipeline } from './pipeline.mjs';

const DASHBOARDS = { overview, pipeline, engines, api, broker, deliveries };

/** The dashboards as files: `[name, text]`. */
export async function dashboardFiles() {
  const options = await resolveConfig(join(projectDir, 'package.json'));
  return Promise.all(
    Object.entries(DASHBOARDS).map(async ([name, build]) => [
      `${name}.json`,
      await format(JSON.stringify(build()), { ...options, parser: 'json' }),
    ]),
  );
}
