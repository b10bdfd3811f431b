#!/usr/bin/env node
// npm run bench:colour [-- --fetch-training | --onnx PATH]: see bench/colour/bench.ts.
import { createServer } from 'vite';

process.chdir(new URL('..', import.meta.url).pathname);
const server = await createServer({
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
try {
  const { benchColour } = await server.ssrLoadModule('/bench/colour/bench.ts');
  await benchColour(process.argv.slice(2));
} finally {
  await server.close();
}
