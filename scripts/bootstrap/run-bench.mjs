import { createServer } from 'vite';
import { projectDir } from './project.mjs';

/** Runs one benchmark of `bench/`, TypeScript as it is: the function `name` of `file`, with the command's arguments. */
export async function runBench(file, name) {
  process.chdir(projectDir);
  const server = await createServer({
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    resolve: { tsconfigPaths: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  try {
    const bench = await server.ssrLoadModule(file);
    await bench[name](process.argv.slice(2));
  } finally {
    await server.close();
  }
}
