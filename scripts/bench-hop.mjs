#!/usr/bin/env node
// npm run bench:hop [-- --rounds N]: see bench/hop/bench.ts.
import { createServer } from 'vite';

process.chdir(new URL('..', import.meta.url).pathname);
const server = await createServer({
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  resolve: { tsconfigPaths: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
try {
  const { benchHop } = await server.ssrLoadModule('/bench/hop/bench.ts');
  await benchHop(process.argv.slice(2));
} finally {
  await server.close();
}
