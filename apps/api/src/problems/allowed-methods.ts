import type { Request } from 'express';

/** The parts of an Express router's layer that say what it serves. */
interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The methods that a request's path is served with, `Allow` in mind; empty for a path that nobody serves. */
export function allowedMethods(request: Request): string[] {
  const router = request.app.router as unknown as { stack: Layer[] };
  const methods = new Set<string>();
  for (const layer of router.stack) {
    if (layer.route === undefined || !matches(layer, request.path)) continue;
    for (const [method, served] of Object.entries(layer.route.methods)) {
      if (!served || method === '_all') continue;
      methods.add(method.toUpperCase());
      if (method === 'get') methods.add('HEAD');
    }
  }
  return [...methods].toSorted();
}

/** A layer throws for a path whose escapes cannot be decoded, which is nobody's path. */
function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
