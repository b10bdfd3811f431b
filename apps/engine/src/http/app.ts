import type { Logger } from '@app/runtime';
import express, { type Express } from 'express';
import type { EngineParts } from '../engine-parts.js';
import { infoRoutes } from './info.routes.js';
import { jobRoutes } from './jobs.routes.js';
import { isForeign } from './origin-guard.js';
import { promptRoutes } from './prompt.routes.js';
import { queueRoutes } from './queue.routes.js';
import { answerErrors } from './requests.js';
import { uploadRoutes } from './upload.routes.js';
import { viewRoutes } from './view.routes.js';

/** The HTTP side. Every route exists with and without `/api`, but the jobs only with it. */
export function createApp(parts: EngineParts, listensOnLoopbackOnly: () => boolean, logger: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use((request, response, next) => {
    if (isForeign(request.headers, listensOnLoopbackOnly())) response.status(403).end();
    else if (request.method === 'OPTIONS') response.status(200).end();
    else next();
  });
  for (const routes of [promptRoutes, queueRoutes, infoRoutes, uploadRoutes, viewRoutes]) {
    const router = routes(parts);
    app.use('/api', router);
    app.use(router);
  }
  app.use('/api', jobRoutes(parts));
  app.use((_request, response) => void response.status(404).end());
  app.use(answerErrors((error) => logger.warn({ err: error }, 'a request failed')));
  return app;
}
