import { withFittingNode } from './bootstrap/node-version.mjs';

withFittingNode(() =>
  import('./bootstrap/launch.mjs').then(({ launch }) => launch(['up'].concat(process.argv.slice(2)))),
);
