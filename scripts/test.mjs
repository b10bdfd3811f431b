import { withFittingNode } from './bootstrap/node-version.mjs';

withFittingNode(() =>
  import('./bootstrap/test-all.mjs').then(({ testAll }) => testAll(process.argv.slice(2))),
);
