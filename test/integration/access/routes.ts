import type { NestExpressApplication } from '@nestjs/platform-express';

/** A route of a running app, as its router has it: `/v1/tasks/:id`. */
export interface Route {
  method: string;
  path: string;
}

interface Layer {
  route?: { path: unknown; stack: { method?: string }[] };
}

/** Every route that the app answers, whoever made it: controllers, documentation, libraries. */
export function routesOf(app: NestExpressApplication): Route[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    const methods = route.stack.map(({ method }) => method?.toUpperCase() ?? 'ALL');
    return [route.path].flat().flatMap((path) => methods.map((method) => ({ method, path: String(path) })));
  });
}
