import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { compression } from 'vite-plugin-compression2';
import { scriptsLast } from './scripts-last.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The API behind the development server. */
const api = process.env['API_URL'] ?? 'http://127.0.0.1:3000';

/** What the first page and all rooms stand on: packages, and rooms of our own. */
const GROUND =
  /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|clsx|@tanstack\/(query-core|react-query)|@mantine\/(core\/esm\/(core|components\/(Button|Title|Stack|Group|Center|Loader|UnstyledButton|Text|Transition|VisuallyHidden))|store|notifications)|@tabler\/icons-react\/dist\/esm\/\w+\.mjs)|apps\/web\/src\/(api\/|device\/|live\/|words\/(?!(en|zh-CN)\/operator))/;

/** Builds the page into `dist/apps/web`, where the API serves it from. `npx vite apps/web` is the development server. */
export default {
  root: here('.'),
  // Relative, so that the page also works under a path of a reverse proxy.
  base: './',
  plugins: [
    react(),
    scriptsLast(),
    // The API serves these files beside their originals. The page itself is not packed: it gets a nonce with each answer.
    compression({
      algorithms: ['gzip', 'brotliCompress'],
      include: /\.(js|css|svg|json|webmanifest)$/,
      threshold: 1024,
    }),
  ],
  resolve: { tsconfigPaths: true },
  build: {
    outDir: here('../../dist/apps/web'),
    emptyOutDir: true,
    target: ['chrome111', 'firefox114', 'safari16.4'],
    // No data: URIs and no inline helper script: the page runs under a Content-Security-Policy of 'self'.
    assetsInlineLimit: 0,
    // What the page begins with is named in its head, so that it comes at once and not one after the other.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every room needs, in one file: each of its own costs a way there and back over a slow line.
        codeSplitting: { groups: [{ name: 'ground', test: GROUND }] },
      },
      treeshake: {
        // The page takes a few constants from the contracts; without this their zod schemas would come along.
        moduleSideEffects: (id: string) => !id.includes('/libs/contracts/'),
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/v1': { target: api, ws: true } } },
};
