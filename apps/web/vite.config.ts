import { fileURLToPath } from 'node:url';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the page into `dist/apps/web`, where the API serves it from. `npx vite apps/web` is the development server. */
export default {
  root: here('.'),
  // Relative, so that the page also works under a path of a reverse proxy.
  base: './',
  resolve: { tsconfigPaths: true },
  build: {
    outDir: here('../../dist/apps/web'),
    emptyOutDir: true,
    target: ['chrome111', 'firefox114', 'safari16.4'],
    // No data: URIs and no inline helper script: the page runs under a Content-Security-Policy of 'self'.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      treeshake: {
        // The page takes a few constants from the contracts; without this their zod schemas would come along.
        moduleSideEffects: (id: string) => !id.includes('/libs/contracts/'),
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/v1': { target: 'http://127.0.0.1:3000', ws: true } } },
};
