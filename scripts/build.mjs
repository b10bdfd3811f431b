import { withFittingNode } from './bootstrap/node-version.mjs';

withFittingNode(() =>
  Promise.all([import('./bootstrap/install.mjs'), import('./bootstrap/build.mjs')]).then(
    ([{ installIfNeeded }, { build }]) => installIfNeeded().then(() => build({ clean: true })),
  ),
);
