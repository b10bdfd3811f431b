#!/usr/bin/env node
// npm run bench:life [-- PARTS] [--tasks N]: see bench/life/bench.ts.
import { runBench } from './bootstrap/run-bench.mjs';

await runBench('/bench/life/bench.ts', 'benchLife');
