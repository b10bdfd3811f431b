#!/usr/bin/env node
import { withFittingNode } from '../scripts/bootstrap/node-version.mjs';

withFittingNode(() =>
  import('../scripts/bootstrap/launch.mjs').then(({ launch }) => launch(process.argv.slice(2))),
);
