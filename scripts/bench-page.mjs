#!/usr/bin/env node
// npm run bench:page [-- --photos N]: see bench/page/bench.ts.
import { runBench } from './bootstrap/run-bench.mjs';

await runBench('/bench/page/bench.ts', 'benchPage');
