import { withFittingNode } from './bootstrap/node-version.mjs';

withFittingNode(() =>
  Promise.all([import('./bootstrap/install.mjs'), import('./bootstrap/check-all.mjs')]).then(
    ([{ installIfNeeded }, { checkAll }]) => installIfNeeded().then(() => checkAll()),
  ),
);
