#!/usr/bin/env node
// npm run bench:scale [-- WORDS]: see bench/scale/bench.ts. Needs the programs that the tests need, and a build.
import { runBench } from './bootstrap/run-bench.mjs';

await runBench('/bench/scale/bench.ts', 'benchScale');
