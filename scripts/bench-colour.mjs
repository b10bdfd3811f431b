#!/usr/bin/env node
// npm run bench:colour [-- --fetch-training | --onnx PATH]: see bench/colour/bench.ts.
import { runBench } from './bootstrap/run-bench.mjs';

await runBench('/bench/colour/bench.ts', 'benchColour');
