#!/usr/bin/env node
// npm run bench:watchers [-- --sockets N]: see bench/watchers/bench.ts.
import { runBench } from './bootstrap/run-bench.mjs';

await runBench('/bench/watchers/bench.ts', 'benchWatchers');
