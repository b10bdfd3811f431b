import { withFittingNode } from './bootstrap/node-version.mjs';

withFittingNode(() =>
  import('./bootstrap/test-faults.mjs').then(({ testFaults }) => testFaults(process.argv.slice(2))),
);
