#!/usr/bin/env node
// npm run bench:engines [-- PARTS] [--rounds N]: see bench/engines/bench.ts.
import { runBench } from './bootstrap/run-bench.mjs';

await runBench('/bench/engines/bench.ts', 'benchEngines');
