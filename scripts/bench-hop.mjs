#!/usr/bin/env node
// npm run bench:hop [-- --rounds N]: see bench/hop/bench.ts.
import { runBench } from './bootstrap/run-bench.mjs';

await runBench('/bench/hop/bench.ts', 'benchHop');
